-- One row per reaction of a debtor of the day or before.
select
    interaction_id,                                 -- #unique #not_null
    claim_id,                                       -- #not_null
    "at",                                           -- #not_null
    action_id,
    channel,
    outcome,                                        -- #not_null
    contact_id,
    note
from ledger.interactions
where cast("at" as date) <= $as_of
  and (deleted_on is null or deleted_on > $as_of)
