-- One row per open claim: its place among those of its debtor and currency, oldest first, and
-- what is open up to it and in all.
select
    claims.claim_id,                                -- #unique #not_null
    claims.debtor_id,                               -- #not_null
    claims.currency,                                -- #not_null
    balances.open_amount,                           -- #not_null #positive
    row_number() over oldest as place,              -- #not_null
    sum(balances.open_amount) over (oldest rows between unbounded preceding and current row)
        as open_so_far,                             -- #not_null
    count(*) over (partition by claims.debtor_id, claims.currency) as n_open, -- #not_null
    sum(balances.open_amount) over (partition by claims.debtor_id, claims.currency) as open_in_all
from core.balances
join core.claims on claims.claim_id = balances.claim_id
where balances.open_amount > 0
window oldest as (
    partition by claims.debtor_id, claims.currency
    order by claims.due_on nulls last, claims.issued_on nulls last, claims.claim_id
)
