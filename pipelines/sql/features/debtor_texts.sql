-- One row per text about a debtor and day: notes of reactions and grievances of disputes.
select distinct
    said.debtor_id,                                 -- #not_null
    said.said_on,                                   -- #not_null
    said.is_after_firm,                             -- #not_null
    said.words                                      -- #not_null
from (
    select
        reactions.debtor_id,
        cast(reactions."at" as date) as said_on,
        reactions.is_after_firm,
        reactions.note as words
    from features.reactions
    where reactions.note is not null and reactions.note <> ''
    union all
    select
        disputes.debtor_id,
        disputes.opened_on,
        false,
        disputes.grievance
    from core.disputes
    where disputes.grievance is not null and disputes.grievance <> ''
) as said
