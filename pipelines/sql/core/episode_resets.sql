-- One row per debtor whose last episode of chasing has ended: by a dispute, hardship, a plan, a
-- promise, or the payment in full of all that had been chased.
with moves as (
    select
        claims.debtor_id,
        cast(claim_actions.first_action_at as date) as happened_on,
        1 as change
    from core.claim_actions
    join core.claims on claims.claim_id = claim_actions.claim_id
    join core.balances on balances.claim_id = claims.claim_id
    where balances.settled_on is null
       or balances.settled_on >= cast(claim_actions.first_action_at as date)
    union all
    select
        claims.debtor_id,
        balances.settled_on,
        -1
    from core.claim_actions
    join core.claims on claims.claim_id = claim_actions.claim_id
    join core.balances on balances.claim_id = claims.claim_id
    where balances.settled_on >= cast(claim_actions.first_action_at as date)
),

days as (
    select
        debtor_id,
        happened_on,
        sum(change) as change,
        min(change) as least_change
    from moves
    group by debtor_id, happened_on
),

running as (
    select
        debtor_id,
        happened_on,
        least_change,
        sum(change) over (
            partition by debtor_id
            order by happened_on
            rows between unbounded preceding and current row
        ) as n_chased
    from days
),

ends as (
    select debtor_id, happened_on from running where n_chased = 0 and least_change < 0
    union all
    select debtor_id, happened_on from core.episode_ends
)

select
    debtor_id,                                      -- #unique #not_null
    max(happened_on) as reset_on                    -- #not_null
from ends
group by debtor_id
