-- One row per debtor with a label: the last word an analyst gave or a collector confirmed. Where
-- that is a blind label, what most blind labellers say; none while they disagree.
with latest as (
    select debtor_id, profile, given_at, is_blind
    from core.labels
    qualify row_number() over (
        partition by debtor_id
        order by given_at desc, coalesce(source_key, '') desc, given_by desc
    ) = 1
),

voices as (
    select debtor_id, profile, given_at
    from core.labels
    where is_blind
    qualify row_number() over (
        partition by debtor_id, lower(trim(given_by))
        order by given_at desc, coalesce(source_key, '') desc
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
),

said as (
    select
        latest.debtor_id,
        case when latest.is_blind then agreed.profile else latest.profile end as profile,
        case when latest.is_blind then agreed.given_at else latest.given_at end as given_at
    from latest
    left join agreed on agreed.debtor_id = latest.debtor_id
)

select
    debtor_id,                                      -- #unique #not_null
    profile,                                        -- #not_null
    cast(given_at as date) as labelled_on           -- #not_null
from said
where profile is not null
