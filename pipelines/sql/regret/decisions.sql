-- One row per claim and day on which a step was newly advised, its horizon over: what was advised,
-- what was done within two weeks, and whether the claim was paid in full within the horizon.
-- Of the year before; of a large history some debtors ($keep of a thousand). A step whose doing
-- leaves no trace in the ledger is not scored; nor is what a credit note ended.
with days as (
    select
        as_of,
        min_by(run_id, started_at) as run_id
    from previous.history.runs
    where as_of <= $as_of - $horizon
      and as_of > $as_of - $horizon - 365
    group by as_of
),

advised as (
    select
        days.as_of as decided_on,
        days.run_id,
        recommendations.claim_id,
        recommendations.debtor_id,
        recommendations.action,
        recommendations.expected_gain,
        recommendations.arm,
        coalesce(
            recommendations.action = lag(recommendations.action) over of_claim
            and recommendations.stage is not distinct from lag(recommendations.stage) over of_claim
            and days.as_of <= lag(days.as_of) over of_claim + interval 14 days,
            false
        ) as is_again
    from days
    join previous.history.recommendations on recommendations.run_id = days.run_id
    where hash(recommendations.debtor_id) % 1000 < $keep
    window of_claim as (partition by recommendations.claim_id order by days.as_of)
),

decided as (
    select
        advised.decided_on,
        advised.run_id,
        advised.claim_id,
        advised.debtor_id,
        advised.action,
        advised.expected_gain,
        claims.amount,
        claims.eur_per_unit
    from advised
    join core.claims on claims.claim_id = advised.claim_id
    where not advised.is_again
      -- A contact that a draw left for a week is nobody's advice to wait.
      and not (advised.arm = 'explore' and advised.action = 'wait')
      and claims.eur_per_unit is not null
      and advised.action in (
          'wait', 'remind', 'call', 'resend_documents', 'offer_plan', 'ask_written_dispute',
          'answer_dispute', 'formal_notice', 'visit', 'third_party'
      )
),

paid as (
    select
        decided.claim_id,
        decided.decided_on,
        sum(payments.amount) filter (where payments.paid_on <= decided.decided_on) as paid_before
    from decided
    join core.payments on payments.claim_id = decided.claim_id
    group by decided.claim_id, decided.decided_on
),

done as (
    select
        decided.claim_id,
        decided.decided_on,
        min_by(
            case
                when actions.action = 'remind' and actions.channel = 'phone' then 'call'
                when actions.action = 'remind' and actions.channel = 'visit' then 'visit'
                else actions.action
            end, actions."at"
        ) as action
    from decided
    join core.actions
        on actions.claim_id = decided.claim_id
        and cast(actions."at" as date) >= decided.decided_on
        and cast(actions."at" as date) < decided.decided_on + interval 14 days
    group by decided.claim_id, decided.decided_on
),

overridden as (
    select
        decided.claim_id,
        decided.decided_on,
        max_by(decisions.action, decisions."at") as action
    from decided
    join core.decisions
        on decisions.claim_id = decided.claim_id
        and decisions.kind = 'override'
        and decisions.action is not null
        and cast(decisions."at" as date) >= decided.decided_on
        and cast(decisions."at" as date) < decided.decided_on + interval 14 days
    group by decided.claim_id, decided.decided_on
),

stages as (
    select
        decided.claim_id,
        decided.decided_on,
        max_by(actions.stage, actions.stage_rank) as stage
    from decided
    join core.actions
        on actions.claim_id = decided.claim_id
        and cast(actions."at" as date) < decided.decided_on
    group by decided.claim_id, decided.decided_on
)

select
    decided.debtor_id,
    coalesce(profiles.profile, 'undetermined') as profile,
    coalesce(stages.stage, 'not_chased') as stage,
    decided.action,
    coalesce(overridden.action, done.action, 'wait') as chosen,
    cast(
        (decided.amount - coalesce(paid.paid_before, 0)) * decided.eur_per_unit as double
    ) as open_eur,
    recovery.p_90 as chance,
    cast(decided.expected_gain as double) as expected_gain,
    coalesce(
        balances.settled_by = 'payment'
        and balances.settled_on <= decided.decided_on + $horizon,
        false
    ) as is_paid
from decided
join previous.history.recovery
    on recovery.run_id = decided.run_id
    and recovery.claim_id = decided.claim_id
join core.balances on balances.claim_id = decided.claim_id
left join previous.history.profiles
    on profiles.run_id = decided.run_id
    and profiles.debtor_id = decided.debtor_id
left join paid
    on paid.claim_id = decided.claim_id
    and paid.decided_on = decided.decided_on
left join done
    on done.claim_id = decided.claim_id
    and done.decided_on = decided.decided_on
left join overridden
    on overridden.claim_id = decided.claim_id
    and overridden.decided_on = decided.decided_on
left join stages
    on stages.claim_id = decided.claim_id
    and stages.decided_on = decided.decided_on
where decided.amount > coalesce(paid.paid_before, 0)
  and not coalesce(
      balances.settled_by <> 'payment'
      and balances.settled_on <= decided.decided_on + $horizon,
      false
  )
order by decided.debtor_id, decided.claim_id, decided.decided_on
