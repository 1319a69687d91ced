-- One row per stretch of constant balance of an open claim since its due date.
select s.from_on, s.to_on, s.balance
from core.balance_stretches as s
where s.claim_id = $claim_id
order by s.from_on
