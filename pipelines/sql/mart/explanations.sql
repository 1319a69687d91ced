-- One row per model, target, subject and feature.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(model as varchar) as model, -- #unique(target, subject_id, feature) #not_null
    cast(target as varchar) as target, -- #not_null
    cast(subject_id as varchar) as subject_id, -- #not_null
    cast(feature as varchar) as feature, -- #not_null
    cast(reason_group as varchar) as reason_group, -- #not_null
    cast(value as double) as value,
    cast(text_value as varchar) as text_value,
    cast(contribution as double) as contribution,
    cast(base_value as double) as base_value
from scores.explanations
order by model, target, subject_id, feature
