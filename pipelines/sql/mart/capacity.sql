-- One row per collector of the day, with the cut line of the time.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(agent_id as varchar) as agent_id, -- #unique #not_null
    cast(minutes as double) as minutes, -- #not_null
    cast(is_away as boolean) as is_away, -- #not_null
    cast(planned_minutes as double) as planned_minutes, -- #not_null
    cast(planned_gain as decimal(18,2)) as planned_gain, -- #not_null
    cast(n_within as bigint) as n_within, -- #not_null
    cast(n_no_time as bigint) as n_no_time, -- #not_null
    cast(n_no_gain as bigint) as n_no_gain, -- #not_null
    cast(gain_beyond as decimal(18,2)) as gain_beyond, -- #not_null
    cast(minute_price as double) as minute_price, -- #not_null
    cast(next_hour as decimal(18,2)) as next_hour -- #not_null
from scores.capacity
order by agent_id
