-- One row per debtor with a label: the last an analyst gave or a collector confirmed.
with united as (
    select
        debtor_id,
        profile,
        labelled_on,
        coalesce(labelled_by, '') as labelled_by
    from staging.profile_labels
    union all
    select
        debtor_id,
        profile,
        cast("at" as date),
        source_key
    from core.decisions
    where kind = 'confirm_profile' and profile is not null and debtor_id is not null
)

select
    debtor_id,                                      -- #unique #not_null
    profile,                                        -- #not_null
    labelled_on                                     -- #not_null
from united
qualify row_number() over (partition by debtor_id order by labelled_on desc, labelled_by desc) = 1
