-- One row per action of the day or before; a letter not received yet has no day of receipt.
select
    action_id,                                      -- #unique #not_null
    claim_id,                                       -- #not_null
    "at",                                           -- #not_null
    channel,
    stage,                                          -- #not_null
    tone,
    coalesce(action, 'remind') as action,           -- #not_null
    contact_group_id,
    recommendation_id,
    agent_id,
    partner_id,
    case
        when coalesce(received_on, cast("at" as date)) <= $as_of
            then coalesce(received_on, cast("at" as date))
    end as received_on,
    minutes,
    cost,
    propensity
from ledger.actions
where cast("at" as date) <= $as_of
  and (deleted_on is null or deleted_on > $as_of)
