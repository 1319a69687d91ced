-- One row per decision about a debtor that the run knew.
select *
from core.decisions
where debtor_id = $debtor_id
