-- One row per contact to make.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(rank as bigint) as rank, -- #not_null
    cast(contact_group_id as varchar) as contact_group_id, -- #unique #not_null
    cast(debtor_id as varchar) as debtor_id, -- #not_null
    cast(claim_id as varchar) as claim_id, -- #not_null
    cast(claim_ids as varchar[]) as claim_ids,
    cast(agent_id as varchar) as agent_id, -- #not_null
    cast(act_on as date) as act_on,
    cast(action as varchar) as action, -- #not_null
    cast(channel as varchar) as channel,
    cast(tone as varchar) as tone,
    cast(expected_gain as decimal(18,2)) as expected_gain,
    cast(minutes as double) as minutes,
    cast(gain_per_minute as double) as gain_per_minute,
    cast(within_capacity as boolean) as within_capacity, -- #not_null
    cast(left_because as varchar) as left_because
from scores.worklist
order by contact_group_id
