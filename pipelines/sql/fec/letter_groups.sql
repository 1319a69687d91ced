-- One row per letter of a customer in a year: what it holds, and whether an opening line of it was carried over.
select
    letter_group,
    coalesce(sum(net) filter (where net > 0 and not (is_opening and block > 1)), 0) as debit,
    coalesce(-sum(net) filter (where net < 0 and not (is_opening and block > 1)), 0) as credit,
    bool_or(is_opening and block > 1) as has_carried
from fec_ledger
where letter_group is not null
group by letter_group
