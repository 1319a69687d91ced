-- One row per decision made by the day and claim (or debtor, when it names no claim): its
-- source_key carries the claim when one entry stands for several.
select
    case
        when count(*) over (partition by entry_id) = 1 then 'journal:' || entry_id
        else 'journal:' || entry_id || ':' || coalesce(claim_id, debtor_id, '')
    end as source_key,                              -- #unique #not_null
    entry_id,                                       -- #not_null
    "at",                                           -- #not_null
    actor,
    kind,                                           -- #not_null
    subject_type,
    claim_id,
    debtor_id,
    outcome,
    channel,
    stage,
    tone,
    action,
    contact_id,
    minutes,
    due_on,
    amount,
    dispute_reason,
    note,
    until_on,
    profile,
    recommendation_id,
    reason
from journal.decisions
where cast("at" as date) <= $as_of
