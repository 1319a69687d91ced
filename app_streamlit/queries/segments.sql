-- One row per word said of debtors: how many, their claims and euros open, how certain.
with owed as (
    select debtor_id, count(*) as n_claims, sum(open_amount_eur) as open_eur
    from mart.claims
    group by debtor_id
)

select
    p.profile as word,
    count(*) as n,
    cast(count(*) as double) / sum(count(*)) over () as share,
    cast(sum(o.n_claims) as bigint) as n_claims,
    coalesce(sum(o.open_eur), 0) as open_eur,
    avg(p.certainty) as mean_certainty
from mart.profiles as p
left join owed as o on p.debtor_id = o.debtor_id
group by p.profile
order by open_eur desc, word
