-- One row: all that the model of profiles may know of a debtor.
select *
from features.debtor_features
where debtor_id = $debtor_id
