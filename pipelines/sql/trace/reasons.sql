-- One row per business reason: points of probability of p_90.
select e.reason_group, sum(e.contribution) as contribution, any_value(e.base_value) as base_value
from mart.explanations as e
where e.subject_id = $claim_id and e.target = 'p_90'
group by e.reason_group
order by abs(sum(e.contribution)) desc, e.reason_group
