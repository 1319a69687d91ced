-- One row: all that a model may know of an open claim on the day.
select * from features.claim_features where claim_id = $claim_id
