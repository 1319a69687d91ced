-- One row per lever that applies, the most cash first.
select lever, p_90, p_90_after, cash_change, minutes, cost, evidence
from mart.levers
where claim_id = $claim_id
order by cash_change desc nulls last, lever
