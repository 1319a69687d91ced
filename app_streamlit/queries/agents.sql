-- One row per collector with a contact today, with the time planned.
select agent_id, sum(minutes) as minutes, count(*) as n_contacts,
    sum(minutes) filter (where within_capacity) as minutes_within
from mart.worklist
group by agent_id
order by agent_id
