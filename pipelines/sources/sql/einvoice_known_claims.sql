-- One row per claim of the store that has the creditor and the number of a document at hand.
select
    claims.creditor_id,
    claims.invoice_number,
    claims.claim_id,
    claims.amount,
    cast(claims.issued_on as varchar) as issued_on,
    claims.currency
from main.claims
join einvoice_wanted
    on einvoice_wanted.creditor_id = claims.creditor_id
    and einvoice_wanted.invoice_number = claims.invoice_number
where claims.deleted_on is null
order by claims.claim_id
