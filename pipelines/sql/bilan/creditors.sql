-- One row per creditor with an open claim, the largest first.
select
    coalesce(creditors.name, claims.creditor_id) as name,
    count(*) as n_claims,
    sum(claims.open_amount_eur) as open_eur
from mart.claims
left join staging.creditors on creditors.creditor_id = claims.creditor_id
group by coalesce(creditors.name, claims.creditor_id)
order by open_eur desc nulls last, name
