-- One row per collector that stands on the day.
select
    agent_id,                                       -- #unique #not_null
    name,
    minutes_per_day,
    languages,
    queues,
    absent_from,
    absent_until
from ledger.agents
where deleted_on is null or deleted_on > $as_of
