-- One row per dimension and group of debtors: how often each profile is said, for whoever audits it.
with known as (
    select
        profiles.debtor_id,
        profiles.profile,
        profiles.p_bad_faith,
        debtors.kind,
        case
            when debtors.headcount is null then 'unknown'
            when debtors.headcount < 10 then '0-9'
            when debtors.headcount < 50 then '10-49'
            when debtors.headcount < 250 then '50-249'
            else '250+'
        end as size,
        coalesce(nullif(left(debtors.naf, 2), ''), 'unknown') as sector,
        case
            when debtors.country <> 'FR' then 'abroad'
            else coalesce(nullif(left(debtors.postcode, 2), ''), 'unknown')
        end as region
    from scores.profiles
    join core.debtors on debtors.debtor_id = profiles.debtor_id
),

banded as (
    select 'all' as dimension, 'all' as band, known.profile, known.p_bad_faith from known
    union all
    select 'kind', known.kind, known.profile, known.p_bad_faith from known
    union all
    select 'size', known.size, known.profile, known.p_bad_faith from known
    union all
    select 'sector', known.sector, known.profile, known.p_bad_faith from known
    union all
    select 'region', known.region, known.profile, known.p_bad_faith from known
),

book as (
    select avg(known.p_bad_faith) as mean_p_bad_faith from known
)

select
    cast($as_of as date) as as_of,                  -- #not_null
    banded.dimension,                               -- #unique(band) #not_null
    banded.band,                                    -- #not_null
    count(*) as n,                                  -- #not_null
    cast(count(*) filter (where banded.profile = 'disorganised') as double) / count(*) as share_disorganised,
    cast(count(*) filter (where banded.profile = 'cash_strapped') as double) / count(*)
        as share_cash_strapped,
    cast(count(*) filter (where banded.profile = 'bad_faith') as double) / count(*) as share_bad_faith,
    cast(count(*) filter (where banded.profile = 'dissatisfied') as double) / count(*) as share_dissatisfied,
    cast(count(*) filter (where banded.profile = 'undetermined') as double) / count(*) as share_undetermined,
    avg(banded.p_bad_faith) as mean_p_bad_faith,
    avg(banded.p_bad_faith) / nullif(max(book.mean_p_bad_faith), 0) as bad_faith_ratio
from banded
cross join book
group by banded.dimension, banded.band
order by banded.dimension, banded.band
