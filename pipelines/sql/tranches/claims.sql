-- One row per open claim: its tranche, counted from 0. Debtors follow one another by id, and a
-- tranche ends with the debtor who fills it, so that the claims of a debtor stay together.
with debtors as (
    select
        debtor_id,
        count(*) as n_claims
    from core.open_claims
    group by debtor_id
),

begun as (
    select
        debtor_id,
        sum(n_claims) over (order by debtor_id rows between unbounded preceding and current row)
        - n_claims as claims_before
    from debtors
),

numbered as (
    select
        debtor_id,
        dense_rank() over (order by cast(claims_before as bigint) // cast($most_claims as bigint))
        - 1 as tranche
    from begun
)

select
    open_claims.claim_id,
    open_claims.debtor_id,
    numbered.tranche
from core.open_claims
join numbered on numbered.debtor_id = open_claims.debtor_id
