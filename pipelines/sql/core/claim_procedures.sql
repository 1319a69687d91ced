-- One row per claim with a legal step: where it stands, since when it carries a title, and since
-- when that title can be enforced: an order to pay once its debtor let the time to oppose go by, any
-- other title once it was served (CPC 503, 1422).
with by_procedure as (
    select
        claim_id,
        procedure,
        min(taken_on) filter (where step in ('granted', 'granted_in_part')) as granted_on,
        min(taken_on) filter (where step = 'judged_won') as won_on,
        max(taken_on) filter (where step = 'served') as served_on,
        max(taken_on) filter (where step = 'opposed') as opposed_on
    from core.legal_steps
    where not is_void
    group by claim_id, procedure
),

by_title as (
    select
        claim_id,
        granted_on,
        won_on is null and procedure in ('payment_order', 'european_order') as is_order,
        case
            when won_on is not null then won_on
            when opposed_on is not null then null
            -- An order to pay is no title before it is served (CPC 1411).
            when procedure in ('payment_order', 'european_order')
                then case when served_on >= granted_on then served_on end
            else granted_on
        end as title_on
    from by_procedure
),

titles as (
    select
        claim_id,
        min(title_on) as title_on,
        arg_min(is_order, title_on) as is_order,
        arg_min(granted_on, title_on) as granted_on
    from by_title
    where title_on is not null
    group by claim_id
),

-- What was seized was served before; that day is the latest that the service can be of.
enforceable as (
    select
        titles.claim_id,
        case
            when any_value(titles.is_order)
                then cast(any_value(titles.title_on) + interval (any_value(waits.months)) month as date)
            else min(steps.taken_on) filter (
                where steps.step in ('served', 'seized', 'enforced')
                  and steps.taken_on >= titles.title_on
            )
        end as enforceable_on
    from titles
    left join law.order_waits as waits
        on waits.from_on <= titles.granted_on
        and coalesce(waits.to_on, date '9999-12-31') > titles.granted_on
    left join core.legal_steps as steps
        on steps.claim_id = titles.claim_id and not steps.is_void
    group by titles.claim_id
)

select
    legal_steps.claim_id,                           -- #unique #not_null
    legal_steps.step as legal_status,               -- #not_null
    legal_steps.taken_on as last_legal_step_on,     -- #not_null
    titles.title_on,
    case when enforceable.enforceable_on <= $as_of then enforceable.enforceable_on end as enforceable_on,
    legal_steps.step not in ('rejected', 'judged_lost', 'withdrawn', 'unenforceable')
        as is_running                               -- #not_null
from core.legal_steps
left join titles on titles.claim_id = legal_steps.claim_id
left join enforceable on enforceable.claim_id = legal_steps.claim_id
qualify row_number() over (
    partition by legal_steps.claim_id
    order by
        legal_steps.taken_on desc,
        case legal_steps.step
            when 'filed' then 1
            when 'granted' then 2
            when 'granted_in_part' then 2
            when 'rejected' then 2
            when 'served' then 3
            when 'opposed' then 4
            when 'judged_won' then 5
            when 'judged_lost' then 5
            when 'seized' then 6
            when 'enforced' then 7
            else 8
        end desc,
        legal_steps.step_id desc
) = 1
