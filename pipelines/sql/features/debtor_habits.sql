-- One row per debtor with an open claim: how much and on which days it pays, how its plans ended.
with open_debtors as (
    select distinct debtor_id
    from core.open_claims
),

paid as (
    select
        payments.debtor_id,
        payments.paid_on,
        least(day(payments.paid_on), 28) as day_of_month,
        payments.amount * claims.eur_per_unit as amount_eur
    from core.payments
    join open_debtors on open_debtors.debtor_id = payments.debtor_id
    join core.claims on claims.claim_id = payments.claim_id
    where payments.is_debtor_paying
      and payments.amount > 0
      and payments.paid_on > $as_of - 730
),

monthly as (
    select
        debtor_id,
        month(paid_on) as month_of_year,
        sum(amount_eur) as amount_eur
    from paid
    group by debtor_id, year(paid_on), month(paid_on)
),

by_month as (
    select
        debtor_id,
        median(amount_eur) as monthly_eur,
        count(*) as n_months_paid,
        list_sort(list(distinct month_of_year)) as months_paid
    from monthly
    group by debtor_id
),

usual_day as (
    select
        debtor_id,
        mode(day_of_month order by paid_on desc) as pay_day,
        count(*) as n_payments,
        min(paid_on) as first_paid_on
    from paid
    group by debtor_id
),

near as (
    select
        paid.debtor_id,
        count(*) filter (where abs(paid.day_of_month - usual_day.pay_day) <= 2) as n_near
    from paid
    join usual_day on usual_day.debtor_id = paid.debtor_id
    group by paid.debtor_id
),

plans as (
    select
        plans.debtor_id,
        count(*) filter (where plans.status = 'kept') as n_kept,
        count(*) filter (where plans.status = 'broken') as n_broken
    from core.plans
    join open_debtors on open_debtors.debtor_id = plans.debtor_id
    group by plans.debtor_id
)

select
    open_debtors.debtor_id,                         -- #unique #not_null
    cast(by_month.monthly_eur as double) as monthly_eur,
    cast(by_month.n_months_paid as bigint) as n_months_paid,
    by_month.months_paid,
    date_diff('day', usual_day.first_paid_on, $as_of) as watched_days,
    cast(usual_day.pay_day as bigint) as pay_day,
    near.n_near / usual_day.n_payments as pay_day_share,
    coalesce(plans.n_kept, 0) as n_plans_kept,      -- #not_null
    coalesce(plans.n_broken, 0) as n_plans_broken   -- #not_null
from open_debtors
left join by_month on by_month.debtor_id = open_debtors.debtor_id
left join usual_day on usual_day.debtor_id = open_debtors.debtor_id
left join near on near.debtor_id = open_debtors.debtor_id
left join plans on plans.debtor_id = open_debtors.debtor_id
