-- One row: what a week of delay loses on a claim; none where nothing can be lost.
select cost_of_waiting
from mart.recommendations
where claim_id = $claim_id
  and cost_of_waiting is not null
