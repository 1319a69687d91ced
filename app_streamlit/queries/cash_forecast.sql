-- One row per week to come: cash expected from the claims open on the day, with its interval.
select week, from_on, to_on, expected, low, high
from mart.cash_forecast
order by week
