-- One row per claim with a due date: the whole weeks, counted from it, in which it could be paid.
-- A week not yet over is left out unless the payment came in it, so that a new claim weighs nothing.
with watched as (
    select
        claims.claim_id,
        claims.debtor_id,
        claims.due_on,
        least(coalesce(claims.issued_on, claims.due_on), claims.due_on) as first_on,
        coalesce(balances.settled_by = 'payment', false)
            and balances.settled_on <= coalesce(insolvencies.opened_on, balances.settled_on) as is_paid,
        least(
            balances.settled_on,
            claims.closed_on,
            insolvencies.opened_on,
            cast($as_of as date)
        ) as last_on
    from core.claims
    join core.balances on balances.claim_id = claims.claim_id
    left join (
        select debtor_id, min(opened_on) as opened_on from core.insolvencies group by debtor_id
    ) as insolvencies on insolvencies.debtor_id = claims.debtor_id
    where claims.amount > 0 and claims.due_on is not null
)

select
    claim_id,                                       -- #unique #not_null
    debtor_id,                                      -- #not_null
    due_on,                                         -- #not_null
    is_paid and date_diff('day', due_on, last_on) < 157 * 7 as is_paid, -- #not_null
    cast(floor(date_diff('day', due_on, first_on) / 7) as integer) as first_week, -- #not_null
    -- Three years after the due date nothing more is learnt of a debtor's pace.
    cast(
        least(
            floor(date_diff('day', due_on, last_on) / 7) - case when is_paid then 0 else 1 end,
            156
        ) as integer
    ) as last_week                                  -- #not_null
from watched
