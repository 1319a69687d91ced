-- One row per horizon, debtor and band of chances (a quarter of log-odds wide): what published
-- forecasts said and what became of it.
-- Of each horizon the forecasts of the first run of each month count whose horizon ended in the
-- last three months. Written off or insolvent is not paid; a credit or a lawsuit before payment
-- says nothing.
with days as (
    select
        horizons.horizon,
        min(runs.as_of) as forecast_on
    from previous.history.runs
    join (values (30), (60), (90), (180), (365)) as horizons (horizon)
        on runs.as_of <= $as_of - horizons.horizon
        and runs.as_of > $as_of - horizons.horizon - 92
    group by horizons.horizon, date_trunc('month', runs.as_of)
),

chosen as (
    select
        days.horizon,
        days.forecast_on,
        max(runs.run_id) as run_id
    from days
    join previous.history.runs on runs.as_of = days.forecast_on
    group by days.horizon, days.forecast_on
),

forecasts as (
    select
        chosen.horizon,
        chosen.forecast_on,
        claims.claim_id,
        claims.debtor_id,
        debtors.kind,
        case chosen.horizon
            when 30 then recovery.p_30
            when 60 then recovery.p_60
            when 90 then recovery.p_90
            when 180 then recovery.p_180
            else recovery.p_365
        end as chance,
        balances.settled_on,
        balances.settled_by
    from chosen
    join previous.history.recovery on recovery.run_id = chosen.run_id
    join core.claims on claims.claim_id = recovery.claim_id
    join core.debtors on debtors.debtor_id = claims.debtor_id
    join core.balances on balances.claim_id = claims.claim_id
),

sued as (
    select
        claim_id,
        min(taken_on) as taken_on
    from core.legal_steps
    group by claim_id
),

judged as (
    select
        forecasts.horizon,
        forecasts.kind,
        forecasts.debtor_id,
        forecasts.chance,
        coalesce(
            forecasts.settled_by = 'payment'
            and forecasts.settled_on > forecasts.forecast_on
            and forecasts.settled_on <= forecasts.forecast_on + forecasts.horizon,
            false
        ) as is_paid,
        coalesce(
            forecasts.settled_by = 'credit'
            and forecasts.settled_on <= forecasts.forecast_on + forecasts.horizon,
            false
        ) as is_credited,
        coalesce(
            sued.taken_on > forecasts.forecast_on
            and sued.taken_on <= forecasts.forecast_on + forecasts.horizon,
            false
        ) as is_sued
    from forecasts
    left join sued on sued.claim_id = forecasts.claim_id
),

kept as (
    select
        horizon,
        kind,
        debtor_id,
        cast(chance as decimal(18, 6)) as chance,
        floor(
            4 * ln(greatest(least(chance, 0.999), 0.001) / (1 - greatest(least(chance, 0.999), 0.001)))
        ) as band,
        is_paid
    from judged
    where is_paid or not (is_credited or is_sued)
)

select
    horizon,
    kind,
    debtor_id,
    count(*) as n,
    cast(sum(chance) as double) as expected,
    count(*) filter (where is_paid) as observed
from kept
group by horizon, kind, debtor_id, band
order by horizon, kind, debtor_id, band
