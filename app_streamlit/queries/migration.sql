-- One row per word said on an earlier day and word said now; empty where the debtor was not known.
with owed_before as (
    select debtor_id, sum(open_amount_eur) as open_eur
    from earlier.mart.claims
    group by debtor_id
),

owed_now as (
    select debtor_id, sum(open_amount_eur) as open_eur
    from later.mart.claims
    group by debtor_id
)

select
    coalesce(b.profile, 'new') as word_before,
    coalesce(n.profile, 'gone') as word_now,
    count(*) as n,
    coalesce(sum(ob.open_eur), 0) as eur_before,
    coalesce(sum(o.open_eur), 0) as eur_now
from earlier.mart.profiles as b
full join later.mart.profiles as n on b.debtor_id = n.debtor_id
left join owed_before as ob on b.debtor_id = ob.debtor_id
left join owed_now as o on n.debtor_id = o.debtor_id
group by coalesce(b.profile, 'new'), coalesce(n.profile, 'gone')
order by n desc, word_before, word_now
