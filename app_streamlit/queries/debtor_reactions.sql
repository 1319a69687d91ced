-- One row per kind of reaction of a debtor and tone before it.
select *
from features.open_reactions
where debtor_id = $debtor_id
