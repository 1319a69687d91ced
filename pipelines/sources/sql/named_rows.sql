-- One row per claim or credit of the list: with an identifier of its own.
select
    s.*,
    s.number
    || case when coalesce(n.by_debtor, false) then '/' || s.debtor else '' end
    || case when coalesce(n.by_due_date, false) then '/' || s.due_on else '' end as identifier
from ledger_sorted as s
left join ledger_repeated as n on s.part = n.part and s.number = n.number
where s.part in ('claim', 'credit')
