-- One row per part of the belief about a debtor, for the likeliest hypothesis, largest first.
select e.target, e.feature, e.reason_group, e.value, e.contribution, e.base_value
from mart.explanations as e
where e.model = 'profile' and e.subject_id = $debtor_id
order by abs(e.contribution) desc, e.feature
