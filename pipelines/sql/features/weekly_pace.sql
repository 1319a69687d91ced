-- One row per week of age: how many settlements and payments a claim of this ledger has met by its
-- end (Nelson 1972, Aalen 1978), of claims under watch from their issue on.
with ends as (
    select first_week as week, 1 as enters, 0 as leaves, 0 as settles, 0 as pays
    from features.claim_exposures
    where last_week >= first_week
    union all
    select last_week, 0, 1, cast(is_paid as integer), 0
    from features.claim_exposures
    where last_week >= first_week
    union all
    select
        cast(floor(date_diff('day', exposures.due_on, payments.paid_on) / 7) as integer), 0, 0, 0, 1
    from core.payments
    join features.claim_exposures as exposures on exposures.claim_id = payments.claim_id
    where payments.is_debtor_paying
      and payments.amount > 0
      and floor(date_diff('day', exposures.due_on, payments.paid_on) / 7)
        between exposures.first_week and exposures.last_week
),

-- Every week between the first and the last, so that a week is found by its number.
weeks as (
    select unnest(generate_series(
        (select min(week) - 1 from ends), (select max(week) from ends)
    )) as week
),

counted as (
    select
        weeks.week,
        coalesce(sum(ends.enters), 0) as enters,
        coalesce(sum(ends.leaves), 0) as leaves,
        coalesce(sum(ends.settles), 0) as settles,
        coalesce(sum(ends.pays), 0) as pays
    from weeks
    left join ends on ends.week = weeks.week
    group by weeks.week
),

at_risk as (
    select
        week,
        settles,
        pays,
        sum(enters) over (order by week) - sum(leaves) over (order by week) + leaves as n
    from counted
)

select
    week,                                           -- #unique #not_null
    sum(coalesce(settles / nullif(n, 0), 0)) over (order by week) as settled, -- #not_null
    sum(coalesce(pays / nullif(n, 0), 0)) over (order by week) as paid -- #not_null
from at_risk
