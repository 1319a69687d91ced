-- One row per debtor with a claim: the first id under which the same SIREN, the same e-mail or the
-- same name in the same town is known. An e-mail of more than five debtors is an agent's, not theirs.
with known as (
    select
        debtors.debtor_id,
        debtors.siren,
        lower(nullif(trim(debtors.email), '')) as email,
        case when debtors.postcode is not null
            then nullif(regexp_replace(lower(debtors.name), '[^\p{L}\p{N}]', '', 'g'), '')
            || ' ' || debtors.postcode end as name_and_town,
        claims.n_claims
    from core.debtors
    join (
        select debtor_id, count(*) as n_claims
        from core.claims
        group by debtor_id
    ) as claims on claims.debtor_id = debtors.debtor_id
),

firsts as (
    select
        debtor_id,
        n_claims,
        case when siren is not null then min(debtor_id) over (partition by siren) end as by_siren,
        case when name_and_town is not null
            then min(debtor_id) over (partition by name_and_town) end as by_name,
        case when email is not null and count(*) over (partition by email) <= 5
            then min(debtor_id) over (partition by email) end as by_email
    from known
)

select
    debtor_id,                                      -- #unique #not_null
    least(debtor_id, by_siren, by_name, by_email) as identity, -- #not_null
    n_claims                                        -- #not_null #positive
from firsts
