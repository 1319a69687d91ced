-- One row per debtor and day on which a contact was made or one was decided about
-- (training.decision_days), with overdue claims that might be chased: what was known that morning,
-- what was done, and what came in afterwards. Amounts in EUR.
with done as (
    select
        debtor_id,
        cast("at" as date) as day,
        arg_min(action, ("at", action_id)) as action,
        arg_min(channel, ("at", action_id)) as channel,
        arg_min(stage, ("at", action_id)) as stage,
        arg_min(tone, ("at", action_id)) as tone,
        arg_min(propensity, ("at", action_id)) as propensity,
        arg_min(recommendation_id, ("at", action_id)) as recommendation_id
    from core.actions
    where is_contact
    group by debtor_id, cast("at" as date)
),

days as (
    select min(day) as first_day from training.decision_days
),

claims as (
    select
        claims.claim_id,
        claims.debtor_id,
        claims.due_on,
        claims.amount,
        cast(claims.eur_per_unit as double) as eur_per_unit,
        greatest(claims.due_on + 1, coalesce(claims.known_on, claims.due_on + 1)) as from_on,
        balances.settled_on
    from core.claims
    join core.balances on balances.claim_id = claims.claim_id
    where claims.due_on is not null
      and claims.date_basis <> 'unknown'
      and claims.eur_per_unit is not null
),

overdue as (
    select decision_days.day, claims.*
    from training.decision_days
    join claims
        on claims.from_on <= decision_days.day
        and (claims.settled_on is null or claims.settled_on >= decision_days.day)
    union
    select done.day, claims.*
    from done
    join days on done.day >= days.first_day
    join claims
        on claims.debtor_id = done.debtor_id
        and claims.from_on <= done.day
        and (claims.settled_on is null or claims.settled_on >= done.day)
),

bound as (
    select overdue.claim_id, overdue.day
    from overdue
    join core.promises
        on promises.claim_id = overdue.claim_id
        and promises.made_on < overdue.day
        and coalesce(promises.kept_on, promises.due_on + 4) >= overdue.day
    union
    select overdue.claim_id, overdue.day
    from overdue
    join core.plans
        on plans.claim_id = overdue.claim_id
        and plans.agreed_on < overdue.day
        and coalesce(plans.broken_on >= overdue.day, true)
    union
    select overdue.claim_id, overdue.day
    from overdue
    join core.disputes
        on disputes.claim_id = overdue.claim_id
        and disputes.opened_on < overdue.day
        and coalesce(disputes.closed_on >= overdue.day, true)
    union
    select overdue.claim_id, overdue.day
    from overdue
    join core.legal_steps
        on legal_steps.claim_id = overdue.claim_id
        and legal_steps.taken_on < overdue.day
    union
    select overdue.claim_id, overdue.day
    from overdue
    join core.insolvencies
        on insolvencies.debtor_id = overdue.debtor_id
        and insolvencies.opened_on < overdue.day
),

-- A payment of the day itself is after the decision: what is decided is decided in the morning.
paid as (
    select
        overdue.claim_id,
        overdue.day,
        sum(payments.amount) filter (where payments.paid_on < overdue.day) as reduced,
        sum(payments.amount) filter (
            where payments.is_debtor_paying
              and payments.paid_on >= overdue.day and payments.paid_on < overdue.day + 30
        ) as cash_30,
        sum(payments.amount) filter (
            where payments.is_debtor_paying
              and payments.paid_on >= overdue.day and payments.paid_on < overdue.day + 90
        ) as cash_90
    from overdue
    join core.payments on payments.claim_id = overdue.claim_id
    group by overdue.claim_id, overdue.day
),

chaseable as (
    select
        overdue.debtor_id,
        overdue.day,
        overdue.due_on,
        cast(overdue.amount - coalesce(paid.reduced, 0) as double) * overdue.eur_per_unit
            as open_eur,
        greatest(cast(coalesce(paid.cash_30, 0) as double), 0) * overdue.eur_per_unit as cash_30,
        greatest(cast(coalesce(paid.cash_90, 0) as double), 0) * overdue.eur_per_unit as cash_90
    from overdue
    anti join bound on bound.claim_id = overdue.claim_id and bound.day = overdue.day
    left join paid on paid.claim_id = overdue.claim_id and paid.day = overdue.day
    where overdue.amount > coalesce(paid.reduced, 0)
),

points as (
    select
        debtor_id,
        day,
        count(*) as n_claims,
        sum(open_eur) as open_eur,
        date_diff('day', min(due_on), day) as days_overdue,
        sum(least(cash_30, open_eur)) as cash_30,
        sum(least(cash_90, open_eur)) as cash_90
    from chaseable
    group by debtor_id, day
),

contacts as (
    select
        points.debtor_id,
        points.day,
        count(*) filter (where cast(made.contacted_at as date) < points.day) as n_contacts,
        count(*) filter (
            where cast(made.contacted_at as date) < points.day
              and cast(made.contacted_at as date) >= points.day - 45
        ) as n_contacts_45,
        date_diff(
            'day',
            max(cast(made.contacted_at as date))
                filter (where cast(made.contacted_at as date) < points.day),
            points.day
        ) as days_since_contact,
        max(made.stage_rank) filter (where cast(made.contacted_at as date) < points.day)
            as stage_rank,
        -- Contacts of the month to come, each for the part of the month left to it.
        sum(1 - date_diff('day', points.day, cast(made.contacted_at as date)) / 30.0)
            filter (where cast(made.contacted_at as date) >= points.day) as dose
    from points
    join core.contacts_made as made
        on made.debtor_id = points.debtor_id
        and cast(made.contacted_at as date) >= points.day - 180
        and cast(made.contacted_at as date) < points.day + 30
    group by points.debtor_id, points.day
),

habits as (
    select
        points.debtor_id,
        points.day,
        count(*) as n_settled,
        count(*) filter (where claims.settled_on > claims.due_on + 30) as n_late
    from points
    join claims on claims.debtor_id = points.debtor_id and claims.settled_on < points.day - 30
    group by points.debtor_id, points.day
),

-- What came in before the decision cannot be its effect: it tells whether those acted upon differed.
receipts as (
    select
        points.debtor_id,
        points.day,
        sum(cast(payments.amount as double) * claims.eur_per_unit) as cash_before
    from points
    join claims on claims.debtor_id = points.debtor_id
    join core.payments
        on payments.claim_id = claims.claim_id
        and payments.is_debtor_paying
        and payments.paid_on < points.day
        and payments.paid_on >= points.day - 30
    group by points.debtor_id, points.day
),

answers as (
    select
        points.debtor_id,
        points.day,
        count(*) filter (where interactions.outcome = 'refusal') as n_refusal,
        count(*) filter (where interactions.outcome = 'no_answer') as n_no_answer,
        count(*) filter (where interactions.outcome in ('cash_wait', 'plan_request')) as n_cash_wait,
        count(*) filter (where interactions.outcome not in ('no_answer', 'wrong_contact')) as n_reached
    from points
    join core.interactions
        on interactions.debtor_id = points.debtor_id
        and cast(interactions."at" as date) < points.day
        and cast(interactions."at" as date) >= points.day - 180
    group by points.debtor_id, points.day
)

select
    points.debtor_id,                               -- #not_null
    points.day,                                     -- #not_null #unique(debtor_id)
    debtors.kind,                                   -- #not_null
    debtors.solvency_score,
    points.n_claims,                                -- #not_null #positive
    points.open_eur,                                -- #not_null #nonnegative
    points.days_overdue,                            -- #not_null #positive
    coalesce(contacts.n_contacts, 0) as n_contacts, -- #not_null
    coalesce(contacts.n_contacts_45, 0) as n_contacts_45, -- #not_null
    contacts.days_since_contact,
    coalesce(contacts.stage_rank, 0) as stage_rank, -- #not_null
    coalesce(habits.n_settled, 0) as n_settled,     -- #not_null
    coalesce(habits.n_late, 0) as n_late,           -- #not_null
    greatest(coalesce(receipts.cash_before, 0), 0) as cash_before, -- #not_null #nonnegative
    coalesce(answers.n_refusal, 0) as n_refusal,    -- #not_null
    coalesce(answers.n_no_answer, 0) as n_no_answer, -- #not_null
    coalesce(answers.n_cash_wait, 0) as n_cash_wait, -- #not_null
    coalesce(answers.n_reached, 0) as n_reached,    -- #not_null
    done.action,
    done.channel,
    done.stage,
    done.tone,
    done.propensity,
    done.recommendation_id,
    coalesce(contacts.dose, 0) as dose,             -- #not_null
    points.cash_30,                                 -- #not_null #nonnegative
    points.cash_90,                                 -- #not_null #nonnegative
    date_diff('day', points.day, $as_of) as observed_days -- #not_null #nonnegative
from points
join core.debtors on debtors.debtor_id = points.debtor_id
left join done on done.debtor_id = points.debtor_id and done.day = points.day
left join contacts on contacts.debtor_id = points.debtor_id and contacts.day = points.day
left join habits on habits.debtor_id = points.debtor_id and habits.day = points.day
left join receipts on receipts.debtor_id = points.debtor_id and receipts.day = points.day
left join answers on answers.debtor_id = points.debtor_id and answers.day = points.day
