-- One row per stretch of constant balance of an open claim, from its due date to the day,
-- half-open; a payment bears on the balance from its own day. What was found justified in a dispute
-- is no part of it until it was put right.
with movements as (
    select
        claims.claim_id,
        claims.due_on as moved_on,
        claims.amount as change
    from core.claims
    join core.balances on balances.claim_id = claims.claim_id
    where balances.open_amount > 0 and claims.due_on < $as_of
    union all
    select
        claim_id,
        moved_on,
        -(money + credit)
    from core.bearing_movements
),

days as (
    select
        claim_id,
        moved_on,
        sum(change) as change
    from movements
    group by claim_id, moved_on
),

stretches as (
    select
        claim_id,
        moved_on as from_on,
        coalesce(lead(moved_on) over (partition by claim_id order by moved_on), $as_of) as to_on,
        sum(change) over (
            partition by claim_id
            order by moved_on
            rows between unbounded preceding and current row
        ) as balance
    from days
)

select
    claim_id,                                       -- #not_null #unique(from_on)
    from_on,                                        -- #not_null
    to_on,                                          -- #not_null
    cast(balance as decimal(18, 2)) as balance      -- #not_null #positive
from stretches
where balance > 0 and from_on < to_on
