-- One row per open claim: what the model of recovery may know of it.
select f.*
from features.claim_features as f
where f.claim_id = $claim_id
