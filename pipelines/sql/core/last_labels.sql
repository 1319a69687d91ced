-- One row per debtor with a label: the last word an analyst gave or a collector confirmed. Where
-- that is a blind label, what most blind labellers say; none while they disagree.
with words as (
    select
        debtor_id,
        profile,
        cast(labelled_on as timestamp) as given_at,
        lower(trim(coalesce(labelled_by, ''))) as given_by,
        coalesce(blind, false) as is_blind,
        '' as source_key
    from staging.profile_labels
    union all
    select
        debtor_id,
        profile,
        "at",
        lower(trim(coalesce(actor, ''))),
        coalesce(blind, false),
        source_key
    from core.decisions
    where kind = 'confirm_profile' and profile is not null and debtor_id is not null
),

latest as (
    select debtor_id, profile, given_at, is_blind
    from words
    qualify row_number() over (
        partition by debtor_id order by given_at desc, source_key desc, given_by desc
    ) = 1
),

voices as (
    select debtor_id, profile, given_at
    from words
    where is_blind
    qualify row_number() over (
        partition by debtor_id, given_by order by given_at desc, source_key desc
    ) = 1
),

counted as (
    select
        debtor_id,
        profile,
        max(given_at) as given_at,
        rank() over (partition by debtor_id order by count(*) desc) as place
    from voices
    group by debtor_id, profile
),

agreed as (
    select debtor_id, profile, given_at
    from counted
    where place = 1
    qualify count(*) over (partition by debtor_id) = 1
)

select
    latest.debtor_id,                               -- #unique #not_null
    case when latest.is_blind then agreed.profile else latest.profile end as profile, -- #not_null
    cast(case when latest.is_blind then agreed.given_at else latest.given_at end as date) as labelled_on -- #not_null
from latest
left join agreed on agreed.debtor_id = latest.debtor_id
where not latest.is_blind or agreed.debtor_id is not null
