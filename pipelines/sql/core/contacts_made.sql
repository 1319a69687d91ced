-- One row per outbound contact with a debtor: several claims chased at once are one contact.
select
    debtor_id,                                      -- #not_null #unique(contact_group_id)
    contact_group_id,                               -- #not_null
    min("at") as contacted_at,                      -- #not_null
    arg_min(channel, ("at", action_id)) as channel,
    max(stage_rank) as stage_rank,
    max(tone_rank) as tone_rank
from core.actions
where is_contact
group by debtor_id, contact_group_id
