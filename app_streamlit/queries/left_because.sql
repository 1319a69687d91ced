-- One row per contact below the cut line, with the reason.
select contact_group_id, left_because
from mart.worklist
where left_because is not null
order by contact_group_id
