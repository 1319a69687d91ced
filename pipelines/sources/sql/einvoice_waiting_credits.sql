-- One row per credit note that waited on account for an invoice that is there now.
select
    payments.payment_id,
    targets.claim_id,
    payments.debtor_id,
    payments.creditor_id,
    payments.paid_on,
    payments.amount,
    payments.method,
    cast(null as bigint) as row_number
from einvoice_targets as targets
join main.payments on payments.payment_id = targets.row_key
where targets.kind = 'credit'
  and payments.claim_id is null
  and payments.deleted_on is null
