-- One row per open claim.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(recommendation_id as varchar) as recommendation_id, -- #unique #not_null
    cast(claim_id as varchar) as claim_id, -- #not_null
    cast(debtor_id as varchar) as debtor_id, -- #not_null
    cast(contact_group_id as varchar) as contact_group_id, -- #not_null
    cast(is_lead as boolean) as is_lead, -- #not_null
    cast(action as varchar) as action, -- #not_null
    cast(stage as varchar) as stage,
    cast(tone as varchar) as tone,
    cast(channel as varchar) as channel,
    cast(contact_id as varchar) as contact_id,
    cast(act_on as date) as act_on,
    cast(escalate_on as date) as escalate_on,
    cast(escalate_to as varchar) as escalate_to,
    cast(expected_gain as decimal(18,2)) as expected_gain,
    cast(cost_of_waiting as decimal(18,2)) as cost_of_waiting,
    cast(minutes as double) as minutes,
    cast(propensity as double) as propensity,
    cast(propensity_wait as double) as propensity_wait,
    cast(arm as varchar) as arm, -- #not_null
    cast(policy_version as varchar) as policy_version, -- #not_null
    cast(reason as varchar) as reason, -- #not_null
    cast(reason_en as varchar) as reason_en, -- #not_null
    cast(guards as varchar[]) as guards
from scores.recommendations
order by recommendation_id
