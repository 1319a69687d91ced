-- One row per claim with an issue date: its terms and the day on which its debtor paid it in full.
select
    claims.claim_id,                                -- #unique #not_null
    claims.debtor_id,                               -- #not_null
    claims.issued_on,                               -- #not_null
    claims.due_on,
    claims.amount,
    claims.currency,
    debtors.kind as debtor_kind,
    debtors.country,
    case when balances.settled_by = 'payment' then balances.settled_on end as settled_on
from core.claims
join core.debtors on debtors.debtor_id = claims.debtor_id
join core.balances on balances.claim_id = claims.claim_id
where claims.issued_on is not null
