-- One row per ledger: payments of debtors given to a claim, and how many cannot be that claim's:
-- made long before the invoice, beyond what it owes, or by another debtor. An advance of six weeks
-- is usual.
select
    count(*) as n_payments,                         -- #not_null
    count(*) filter (where
        payments.paid_on < claims.issued_on - interval 45 day
        or balances.overpaid > greatest(1, claims.amount / 20)
        or payments.debtor_id <> claims.debtor_id
    ) as n_unfit                                    -- #not_null
from staging.payments
join core.claims on claims.claim_id = payments.claim_id
join core.balances on balances.claim_id = payments.claim_id
where
    payments.amount > 0
    and payments.method not in ('credit_note', 'write_off', 'set_off')
