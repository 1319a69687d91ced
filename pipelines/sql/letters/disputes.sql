-- One row per standing dispute of the claims asked for, oldest first.
select
    dispute_id,
    claim_id,
    opened_on,
    reason,
    amount,
    grievance,
    coalesce(in_writing, false) as in_writing,
    founded
from core.disputes
where stands
  and list_contains($claim_ids, claim_id)
order by opened_on, dispute_id
