-- One row per open claim: the day it becomes time-barred. Two clocks: the first from its term, with
-- all that the law lets count; the prudent one from the earliest plausible start (the end of
-- performance, else the invoice), from the last act of a suit or a proceeding that still runs, and
-- without what is still to verify. An event counts only while the period runs; a title has a
-- period of its own.
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

-- Once there is a title, its own period starts and only what follows can move it.
terms as (
    select
        claims.claim_id,
        regimes.regime,
        periods.nature,
        coalesce(claim_procedures.title_on, claims.due_on, claims.issued_on, claims.performed_on)
            as start_on,
        coalesce(
            claim_procedures.title_on,
            least(claims.performed_on, claims.issued_on, claims.due_on),
            claims.due_on, claims.issued_on, claims.performed_on
        ) as earliest_start_on,
        periods.period,
        -- What professionals agreed counts between one and ten years (C. civ. 2254).
        periods.nature <> 'title' and claims.limitation_months is not null
            and periods.least_agreed is not null as is_agreed,
        case
            when periods.nature <> 'title' and periods.least_agreed is not null
                and claims.limitation_months is not null
                then least(greatest(claims.limitation_months, periods.least_agreed), periods.most_agreed)
            else periods.months
        end as months,
        periods.is_by_year
    from regimes
    join core.claims on claims.claim_id = regimes.claim_id
    left join core.claim_procedures on claim_procedures.claim_id = regimes.claim_id
    left join law.limitation_periods as periods
        on periods.regime = regimes.regime
        and periods.nature = case when claim_procedures.title_on is null then claims.nature else 'title' end
),

clocks as (
    select
        claim_id,
        regime,
        nature,
        months,
        'stated' as clock,
        start_on,
        -- Four years from 1 January after the year of the claim (loi 68-1250).
        coalesce(is_by_year, false) as is_by_year
    from terms
    union all
    select
        claim_id,
        regime,
        nature,
        months,
        'prudent',
        earliest_start_on,
        false
    from terms
),

acts as (
    select
        clocks.claim_id,
        clocks.clock,
        clocks.start_on,
        clocks.months,
        clocks.is_by_year,
        events.happened_on,
        case
            when effects.effect = 'suspend' or clocks.clock = 'stated' then events.until_on
            else events.last_on
        end as until_on,
        events.event,
        effects.effect,
        effects.is_without_end,
        count(*) filter (where effects.effect = 'interrupt') over (
            partition by clocks.claim_id, clocks.clock
            order by events.happened_on, effects.effect, events.event, events.source_key
            rows between unbounded preceding and current row
        ) as part
    from clocks
    join core.limitation_events as events
        on events.claim_id = clocks.claim_id
    join law.limitation_effects as effects
        on effects.event = events.event
        and effects.regime = clocks.regime
        and effects.nature = clocks.nature
    where effects.effect <> 'none'
      and events.until_on > clocks.start_on
      and not (effects.is_to_verify and clocks.clock = 'prudent')
),

-- The period runs in parts, each from the interruption before it.
resumed as (
    select
        claim_id,
        clock,
        start_on,
        months,
        is_by_year,
        happened_on,
        until_on,
        event,
        effect,
        is_without_end,
        part,
        coalesce(
            max(until_on) filter (where effect = 'interrupt') over (
                partition by claim_id, clock
                order by part
                range between unbounded preceding and current row
            ),
            start_on
        ) as resumed_on
    from acts
),

parts as (
    select
        claim_id,
        clock,
        part,
        max(resumed_on) as resumed_on,
        min(happened_on) filter (where effect = 'interrupt') as begun_on,
        min(event) filter (where effect = 'interrupt') as event,
        bool_or(is_without_end) as is_without_end,
        coalesce(
            sum(date_diff('day', happened_on, until_on)) filter (
                where effect = 'suspend'
                  and happened_on < cast(resumed_on + interval (months) month as date)
            ),
            0
        ) as days_suspended,
        max(until_on) filter (
            where effect = 'suspend'
              and happened_on < cast(resumed_on + interval (months) month as date)
        ) as suspended_until_on
    from resumed
    group by claim_id, clock, part
    union all
    -- Before the first interruption, where nothing suspended.
    select
        claim_id,
        clock,
        0,
        any_value(start_on),
        null,
        null,
        false,
        0,
        null
    from acts
    group by claim_id, clock
    having min(part) > 0
),

ends as (
    select
        parts.claim_id,
        parts.clock,
        parts.part,
        parts.begun_on,
        parts.event,
        parts.resumed_on,
        parts.days_suspended > 0 as is_suspended,
        bool_or(parts.is_without_end) over (
            partition by parts.claim_id, parts.clock
            order by parts.part
            rows between unbounded preceding and current row
        ) as is_without_end,
        greatest(
            case
                when clocks.is_by_year
                    then cast(date_trunc('year', parts.resumed_on) + interval (clocks.months + 12) month as date) - 1
                else cast(parts.resumed_on + interval (clocks.months) month as date)
            end + cast(parts.days_suspended as integer),
            cast(parts.suspended_until_on + interval (limits.least_left_months) month as date)
        ) as end_on
    from parts
    join clocks on clocks.claim_id = parts.claim_id and clocks.clock = parts.clock
    left join law.limitation_limits as limits on true
),

followed as (
    select
        claim_id,
        clock,
        part,
        event,
        resumed_on,
        is_suspended,
        is_without_end,
        end_on,
        coalesce(
            lag(end_on) over (partition by claim_id, clock order by part) < begun_on, false
        ) as is_late
    from ends
),

counted as (
    select
        claim_id,
        clock,
        part,
        event,
        resumed_on,
        is_suspended,
        is_without_end,
        end_on,
        bool_or(is_late) over (
            partition by claim_id, clock
            order by part
            rows between unbounded preceding and current row
        ) as is_barred
    from followed
),

-- A claim without any event that counts ends with its period.
lasts as (
    select
        claim_id,
        clock,
        arg_max(end_on, part) filter (where not is_barred) as end_on,
        arg_max(resumed_on, part) filter (where not is_barred) as resumed_on,
        arg_max(event, part) filter (where not is_barred) as event,
        bool_or(is_suspended) filter (where not is_barred) as is_suspended,
        bool_or(is_without_end) filter (where not is_barred) as is_without_end
    from counted
    group by claim_id, clock
),

plain as (
    select
        claim_id,
        clock,
        case
            when is_by_year
                then cast(date_trunc('year', start_on) + interval (months + 12) month as date) - 1
            else cast(start_on + interval (months) month as date)
        end as end_on
    from clocks
),

clocked as (
    select
        plain.claim_id,
        plain.clock,
        coalesce(lasts.end_on, plain.end_on) as end_on,
        lasts.resumed_on,
        lasts.event,
        lasts.is_suspended,
        lasts.is_without_end
    from plain
    left join lasts on lasts.claim_id = plain.claim_id and lasts.clock = plain.clock
)

select
    terms.claim_id,                                 -- #unique #not_null
    -- No period reaches beyond twenty years, a suit or an act of enforcement apart (C. civ. 2232).
    case
        when terms.nature = 'title' or stated.is_without_end then stated.end_on
        else least(
            stated.end_on, cast(terms.start_on + interval (limits.long_stop_months) month as date)
        )
    end as limitation_on,
    case
        when terms.nature = 'title' or prudent.is_without_end then prudent.end_on
        else least(
            prudent.end_on,
            cast(terms.earliest_start_on + interval (limits.long_stop_months) month as date)
        )
    end as limitation_earliest_on,
    coalesce(stated.resumed_on, terms.start_on) as limitation_start_on,
    coalesce(stated.event, case when terms.nature = 'title' then 'title' end) as interrupted_by,
    coalesce(stated.is_suspended, false) as is_suspended, -- #not_null
    terms.regime,                                   -- #not_null
    terms.nature,
    terms.period,
    terms.months,
    terms.is_agreed,
    terms.start_on,
    terms.earliest_start_on
from terms
left join clocked as stated on stated.claim_id = terms.claim_id and stated.clock = 'stated'
left join clocked as prudent on prudent.claim_id = terms.claim_id and prudent.clock = 'prudent'
left join law.limitation_limits as limits on true
