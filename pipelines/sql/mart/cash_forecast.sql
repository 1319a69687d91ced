-- One row per week to come: cash expected from the claims open on the day.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(week as bigint) as week, -- #unique #not_null
    cast(from_on as date) as from_on, -- #not_null
    cast(to_on as date) as to_on, -- #not_null
    cast(expected as decimal(18, 2)) as expected, -- #not_null #nonnegative
    cast(low as decimal(18, 2)) as low, -- #not_null #nonnegative
    cast(high as decimal(18, 2)) as high -- #not_null #nonnegative
from scores.cash_forecast
order by week
