-- One row per effect of acting in use on the day.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(effect as varchar) as effect, -- #unique #not_null
    cast(status as varchar) as status, -- #not_null
    cast(design as varchar) as design, -- #not_null
    cast(doubts as varchar[]) as doubts,
    cast(n as bigint) as n, -- #not_null #nonnegative
    cast(n_against as bigint) as n_against, -- #not_null #nonnegative
    cast(ess as double) as ess, -- #not_null #nonnegative
    cast(average as double) as average,
    cast(average_low as double) as average_low,
    cast(average_high as double) as average_high,
    cast(elicited as double) as elicited,
    cast(on_disorganised as double) as on_disorganised,
    cast(on_cash_strapped as double) as on_cash_strapped,
    cast(on_bad_faith as double) as on_bad_faith,
    cast(on_dissatisfied as double) as on_dissatisfied,
    cast(seen as double) as seen,
    cast(seen_low as double) as seen_low,
    cast(seen_high as double) as seen_high,
    cast(against as varchar) as against,
    cast(e_value as double) as e_value,
    cast(placebo_z as double) as placebo_z,
    cast(version as varchar) as version -- #not_null
from scores.effects
order by effect
