-- One row per text about a debtor and day.
select *
from features.open_texts
where debtor_id = $debtor_id
