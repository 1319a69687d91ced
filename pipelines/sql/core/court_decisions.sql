-- One row per claim and procedure with a decision for the creditor: its days, the sum it tells, and
-- since when it is a title. A judgment replaces the order that it follows (CPC 1420); a service
-- counts of the decision that it follows; an order to pay is no title before it is served
-- (CPC 1411), nor once it was opposed.
with by_procedure as (
    select
        claim_id,
        procedure,
        min(taken_on) filter (where step in ('granted', 'granted_in_part')) as granted_on,
        min(taken_on) filter (where step = 'judged_won') as won_on,
        max(taken_on) filter (where step = 'served') as served_on,
        max(taken_on) filter (where step = 'opposed') as opposed_on,
        bool_or(step = 'granted_in_part') as is_in_part,
        max(amount) filter (where step in ('granted', 'granted_in_part')) as granted_amount,
        max(amount) filter (where step = 'judged_won') as won_amount
    from core.legal_steps
    where not is_void
    group by claim_id, procedure
),

decided as (
    select
        claim_id,
        procedure,
        granted_on,
        won_on,
        coalesce(won_on, granted_on) as decided_on,
        case when served_on >= coalesce(won_on, granted_on) then served_on end as served_on,
        opposed_on,
        is_in_part,
        coalesce(won_amount, granted_amount) as told,
        won_on is null and procedure in ('payment_order', 'european_order') as is_order
    from by_procedure
    where coalesce(won_on, granted_on) is not null
)

select
    claim_id,                                       -- #not_null
    procedure,                                      -- #not_null
    granted_on,
    won_on,
    decided_on,                                     -- #not_null
    served_on,
    opposed_on,
    is_in_part,                                     -- #not_null
    case when told > 0 then told end as told,       -- #positive
    is_order,                                       -- #not_null
    case
        when won_on is not null then won_on
        when opposed_on is not null then null
        when is_order then served_on
        else granted_on
    end as title_on
from decided
