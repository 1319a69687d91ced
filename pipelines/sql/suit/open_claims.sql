-- One row per claim of the suit.
select *
from core.open_claims
where suit_id = $suit_id
order by claim_id
