-- One row per open claim: who owes it to whom, its number and its days.
select
    c.claim_id, c.invoice_number, c.issued_on, c.due_on, c.date_basis,
    m.creditor_id, k.name as creditor_name, m.debtor_id, d.name as debtor_name
from mart.claims as m
join core.claims as c on m.claim_id = c.claim_id
join core.debtors as d on m.debtor_id = d.debtor_id
left join staging.creditors as k on m.creditor_id = k.creditor_id
where m.claim_id = $claim_id
