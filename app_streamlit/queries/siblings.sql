-- One row per open claim of a debtor, oldest first.
select m.claim_id, c.invoice_number, c.due_on, m.days_overdue, m.currency, m.open_amount,
    m.disputed_amount, m.total_due, m.stage
from mart.claims as m
join core.claims as c on m.claim_id = c.claim_id
where m.debtor_id = $debtor_id
order by c.due_on nulls last, m.claim_id
limit 500
