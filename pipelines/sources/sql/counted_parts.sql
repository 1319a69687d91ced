-- One row per part of the list: its rows and its amount.
select
    part,
    count(*) as n_rows,
    coalesce(sum(cents), 0) as cents,
    count_if(cents is null and total <> '') as n_unreadable
from ledger_sorted
group by part
order by part
