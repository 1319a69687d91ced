-- One row per part and number that several rows bear: what tells them apart.
select
    part,
    number,
    min(debtor) <> max(debtor) as by_debtor,
    count(distinct debtor || '/' || due_on) = count(*)
    and count(distinct debtor) < count(*) as by_due_date
from ledger_sorted
where part in ('claim', 'credit') and number <> ''
group by part, number
having count(*) > 1
