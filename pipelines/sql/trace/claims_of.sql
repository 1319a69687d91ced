-- One row per claim of a contact group or of a suit.
select r.claim_id
from mart.recommendations as r
where r.contact_group_id = $subject_id
union
select unnest(l.claim_ids) as claim_id
from mart.litigation as l
where l.suit_id = $subject_id
order by claim_id
