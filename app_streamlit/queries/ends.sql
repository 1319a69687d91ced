-- One row per segment, age, number of days and state of claims unpaid at that age.
select
    segment,
    from_age,
    days,
    state,
    share,
    low,
    high,
    n_at_risk,
    n_events,
    closed_only
from mart.ends
order by case when segment = 'all' then 0 else 1 end, segment, from_age, days, state
