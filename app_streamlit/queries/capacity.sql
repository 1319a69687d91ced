-- One row per collector, all or one: where the time of the day ends.
select
    agent_id, minutes, is_away, planned_minutes, planned_gain,
    n_within, n_no_time, n_no_gain, gain_beyond, minute_price, next_hour
from mart.capacity
where $agent is null or agent_id = $agent
order by agent_id
