-- One row per segment, age, number of days and state of claims unpaid at that age.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(segment as varchar) as segment, -- #not_null
    cast(from_age as bigint) as from_age, -- #not_null #nonnegative
    cast(days as bigint) as days, -- #not_null #nonnegative
    cast(state as varchar) as state, -- #not_null
    cast(share as double) as share, -- #not_null
    cast(low as double) as low,
    cast(high as double) as high,
    cast(n_at_risk as bigint) as n_at_risk, -- #not_null
    cast(n_events as bigint) as n_events, -- #not_null
    cast(closed_only as double) as closed_only
from scores.ends
order by segment, from_age, days, state
