-- One row per sum a debtor has in hand: each payment on account, and what overpaid a claim. A
-- reversal on account stays a row of its own, negative, so that open claims less credits are
-- the balance of the ledger.
select
    $as_of as as_of,                                -- #not_null
    debtor_id,                                      -- #not_null
    creditor_id,
    amount,                                         -- #not_null
    paid_on as since,
    payment_id as source                            -- #not_null #unique(debtor_id, creditor_id)
from core.payments
where claim_id is null and amount <> 0
union all
select
    $as_of,
    claims.debtor_id,
    claims.creditor_id,
    balances.overpaid,
    balances.settled_on,
    claims.claim_id || '#overpaid'
from core.balances
join core.claims on claims.claim_id = balances.claim_id
where balances.overpaid > 0
order by debtor_id, creditor_id, source
