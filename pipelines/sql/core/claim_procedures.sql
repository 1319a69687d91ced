-- One row per claim with a legal step: where it stands, since when it carries a title, and since
-- when that title can be enforced: an order to pay once its debtor let the time to oppose go by, any
-- other title once it was served (CPC 503, 1422).
with titles as (
    select
        claim_id,
        min(title_on) as title_on,
        arg_min(procedure, title_on) as procedure,
        arg_min(is_order, title_on) as is_order,
        arg_min(granted_on, title_on) as granted_on
    from core.court_decisions
    where title_on is not null
    group by claim_id
),

-- What was seized was served before; that day is the latest that the service can be of.
enforceable as (
    select
        titles.claim_id,
        case
            when any_value(titles.is_order)
                then cast(
                    any_value(titles.title_on) + interval (
                        any_value(
                            -- A debtor who lives far has longer to oppose (CPC 643).
                            case
                                when titles.procedure = 'european_order' then waits.months
                                when debtors.residence = 'overseas' then waits.overseas_months
                                when debtors.residence = 'abroad' then waits.abroad_months
                                else waits.months
                            end
                        )
                    ) month as date
                )
            else min(steps.taken_on) filter (
                where steps.step in ('served', 'seized', 'enforced')
                  and steps.taken_on >= titles.title_on
            )
        end as enforceable_on
    from titles
    join core.claims on claims.claim_id = titles.claim_id
    join core.debtors on debtors.debtor_id = claims.debtor_id
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
    case when enforceable.enforceable_on > $as_of then enforceable.enforceable_on end as enforceable_from,
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
