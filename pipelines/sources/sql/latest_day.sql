-- One row: the latest issue date of the list, else its latest due date, in ISO form.
select
    coalesce(
        max(issued_on) filter (where try_cast(issued_on as date) is not null),
        max(due_on) filter (where try_cast(due_on as date) is not null)
    ) as latest
from ledger_sorted
where part in ('claim', 'credit')
