-- One row: opening lines of this file that were carried over from a year at hand, and their amounts.
select
    count(*) as n_lines,
    coalesce(sum(net) filter (where net > 0), 0) as debit,
    coalesce(-sum(net) filter (where net < 0), 0) as credit
from fec_ledger
where source_id = $source_id and is_opening and block > 1
