-- One row per feature of a subject's explained probability, largest first.
select e.reason_group, e.feature, e.value, e.text_value, e.contribution
from mart.explanations as e
where e.subject_id = $subject_id and e.target = $target
order by abs(e.contribution) desc, e.feature
