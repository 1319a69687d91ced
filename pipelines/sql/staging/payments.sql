-- One row per payment made by the day; the claim named may itself be unknown yet, so its
-- debtor, creditor and currency are read where the payment does not tell them.
select
    payments.payment_id,                            -- #unique #not_null
    payments.claim_id,
    coalesce(payments.debtor_id, claims.debtor_id) as debtor_id,
    coalesce(payments.creditor_id, claims.creditor_id) as creditor_id,
    coalesce(claims.currency, 'EUR') as currency,   -- #not_null
    payments.paid_on,                               -- #not_null
    payments.amount,                                -- #not_null
    coalesce(payments.method, 'other') as method,   -- #not_null
    coalesce(payments.allocation, 'stated') as allocation -- #not_null
from ledger.payments
left join ledger.claims on claims.claim_id = payments.claim_id
where payments.paid_on <= $as_of
  and (payments.deleted_on is null or payments.deleted_on > $as_of)
