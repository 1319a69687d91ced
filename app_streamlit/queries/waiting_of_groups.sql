-- One row per contact of the day: what a week of delay loses on all its claims.
select
    r.contact_group_id,
    sum(r.cost_of_waiting) as cost_of_waiting
from mart.recommendations as r
join mart.worklist as w on w.contact_group_id = r.contact_group_id
group by r.contact_group_id
