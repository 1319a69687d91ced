-- One row per business reason of a subject's explained probability, largest first.
select
    e.target,
    e.reason_group,
    sum(e.contribution) as contribution,
    any_value(e.base_value) as base_value
from mart.explanations as e
where e.subject_id = $subject_id and e.target = $target
group by e.target, e.reason_group
having abs(sum(e.contribution)) > 1e-12
order by abs(sum(e.contribution)) desc, e.reason_group
