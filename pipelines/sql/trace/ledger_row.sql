-- One row per claim: the ledger row as known on the day.
select
    c.claim_id,
    c.invoice_number,
    c.debtor_id,
    d.name as debtor_name,
    d.kind as debtor_kind,
    c.creditor_id,
    c.currency,
    c.amount,
    c.issued_on,
    c.due_on,
    c.date_basis,
    c.nature
from core.claims as c
left join core.debtors as d on c.debtor_id = d.debtor_id
where c.claim_id = $claim_id
