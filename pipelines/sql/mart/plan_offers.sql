-- One row per instalment offered.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(contact_group_id as varchar) as contact_group_id, -- #unique(due_on) #not_null
    cast(due_on as date) as due_on, -- #not_null
    cast(amount as decimal(18,2)) as amount, -- #not_null
    cast(p_kept as double) as p_kept
from scores.plan_offers
order by contact_group_id, due_on
