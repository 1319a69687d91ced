-- One row per lever that applies to a claim, the most cash first.
select
    lever,
    p_90,
    p_90_after,
    p_90_after - p_90 as change,
    cash_change,
    minutes,
    cost,
    evidence,
    same_way
from mart.levers
where claim_id = $claim_id
order by cash_change desc nulls last, lever
