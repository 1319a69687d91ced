-- One row per open claim: the day it becomes time-barred, from its term, and from the earliest
-- plausible start (the end of performance, else the invoice). An event restarts the period only
-- while it runs; a title has a period of its own.
with regimes as (
    select
        claims.claim_id,
        case
            when debtors.kind = 'public' then 'public'
            when debtors.kind = 'unknown' then 'unknown'
            when creditors.kind = 'natural_person' or debtors.kind = 'association' then 'civil'
            when debtors.kind = 'consumer' then 'consumer'
            else 'professional'
        end as regime
    from core.claims
    join core.balances on balances.claim_id = claims.claim_id
    join core.debtors on debtors.debtor_id = claims.debtor_id
    left join staging.creditors on creditors.creditor_id = claims.creditor_id
    where balances.open_amount > 0
),

terms as (
    select
        claims.claim_id,
        coalesce(claims.due_on, claims.issued_on, claims.performed_on) as start_on,
        least(claims.performed_on, claims.issued_on, claims.due_on) as earliest_start_on,
        claim_procedures.title_on,
        case
            -- What professionals agreed counts between one and ten years (C. civ. 2254).
            when regimes.regime in ('professional', 'civil') and claims.limitation_months is not null
                then least(greatest(claims.limitation_months, 12), 120)
            else periods.months
        end as months,
        titles.months as title_months
    from regimes
    join core.claims on claims.claim_id = regimes.claim_id
    left join core.claim_procedures on claim_procedures.claim_id = regimes.claim_id
    left join law.limitation_periods as periods
        on periods.regime = regimes.regime
        and periods.nature = claims.nature
    left join law.limitation_periods as titles
        on titles.regime = regimes.regime
        and titles.nature = 'title'
),

-- Once there is a title, its own period starts and only what follows can restart it.
clocks as (
    select
        claim_id,
        coalesce(title_on, start_on) as start_on,
        coalesce(title_on, earliest_start_on, start_on) as earliest_start_on,
        case when title_on is null then months else coalesce(title_months, months) end as months,
        title_on is not null as has_title
    from terms
),

events as (
    select
        clocks.claim_id,
        interruptions.happened_on,
        min(interruptions.event) as event,
        any_value(clocks.months) as months,
        any_value(clocks.start_on) as start_on,
        any_value(clocks.earliest_start_on) as earliest_start_on
    from clocks
    join core.interruptions
        on interruptions.claim_id = clocks.claim_id
        and interruptions.happened_on > clocks.earliest_start_on
    group by clocks.claim_id, interruptions.happened_on
),

chained as (
    select
        claim_id,
        happened_on,
        event,
        -- From one event to the next, the first counted from the start.
        coalesce(
            lag(happened_on) over (partition by claim_id order by happened_on), start_on
        ) + interval (months) month < happened_on as is_late,
        coalesce(
            lag(happened_on) over (partition by claim_id order by happened_on), earliest_start_on
        ) + interval (months) month < happened_on as is_late_at_earliest
    from events
),

followed as (
    select
        claim_id,
        happened_on,
        event,
        bool_or(is_late) over (
            partition by claim_id
            order by happened_on
            rows between unbounded preceding and current row
        ) as is_barred,
        bool_or(is_late_at_earliest) over (
            partition by claim_id
            order by happened_on
            rows between unbounded preceding and current row
        ) as is_barred_at_earliest
    from chained
),

restarts as (
    select
        claim_id,
        max(happened_on) filter (where not is_barred) as restarted_on,
        arg_max(event, happened_on) filter (where not is_barred) as event,
        max(happened_on) filter (where not is_barred_at_earliest) as restarted_at_earliest_on
    from followed
    group by claim_id
)

select
    clocks.claim_id,                                -- #unique #not_null
    cast(greatest(clocks.start_on, restarts.restarted_on) + interval (clocks.months) month as date)
        as limitation_on,
    cast(
        greatest(clocks.earliest_start_on, restarts.restarted_at_earliest_on)
            + interval (clocks.months) month
        as date
    ) as limitation_earliest_on,
    greatest(clocks.start_on, restarts.restarted_on) as limitation_start_on,
    case
        when restarts.restarted_on > clocks.start_on then restarts.event
        when clocks.has_title then 'title'
    end as interrupted_by
from clocks
left join restarts on restarts.claim_id = clocks.claim_id
