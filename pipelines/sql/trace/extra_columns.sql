-- One row per free column that counts in p_90, with its value.
select e.feature, coalesce(e.text_value, cast(e.value as varchar)) as told
from mart.explanations as e
where e.subject_id = $claim_id and e.target = 'p_90' and e.reason_group = 'extra_columns'
    and e.feature not like '(%'
order by abs(e.contribution) desc, e.feature
