-- One row per word of a person on the profile of a debtor, imported or from the journal.
select
    debtor_id,                                      -- #not_null
    profile,                                        -- #not_null
    cast(labelled_on as timestamp) as given_at,     -- #not_null
    coalesce(labelled_by, '') as given_by,          -- #not_null
    coalesce(blind, false) as is_blind,             -- #not_null
    cast(null as varchar) as source_key
from staging.profile_labels
union all
select
    debtor_id,
    profile,
    "at",
    coalesce(actor, ''),
    coalesce(blind, false),
    source_key
from core.decisions
where kind = 'confirm_profile' and profile is not null and debtor_id is not null
