-- One row per credit note, or payment made before the invoice, on a claim at hand.
select
    claims.creditor_id,
    claims.invoice_number,
    payments.claim_id,
    payments.payment_id,
    payments.amount
from main.payments
join main.claims on claims.claim_id = payments.claim_id
join einvoice_wanted
    on einvoice_wanted.creditor_id = claims.creditor_id
    and einvoice_wanted.invoice_number = claims.invoice_number
where payments.deleted_on is null
  and (payments.method = 'credit_note' or payments.payment_id = payments.claim_id || '#prepaid')
order by payments.payment_id
