-- One row per creditor and kind of debtor: accounts that were ripe for a suit, and how many of
-- them were brought: what past suits were chosen from.
with filed as (
    select
        claims.creditor_id,
        claims.debtor_id,
        sum(claims.amount * claims.eur_per_unit) as amount_eur
    from (select distinct claim_id from core.legal_steps) as sued
    join core.claims on claims.claim_id = sued.claim_id
    group by claims.creditor_id, claims.debtor_id
),

-- Nobody sues for less than this, whatever the debtor: all but a twentieth of the suits are larger.
ranked as (
    select
        amount_eur,
        row_number() over (order by amount_eur) as place,
        count(*) over () as n
    from filed
),

least as (
    select min(amount_eur) as amount_eur
    from ranked
    where place >= 0.05 * n
),

accounts as (
    select
        claims.creditor_id,
        claims.debtor_id,
        sum(claims.amount * claims.eur_per_unit) as amount_eur
    from core.claims
    join core.balances on balances.claim_id = claims.claim_id
    where claims.due_on is not null
      and claims.date_basis <> 'unknown'
      and claims.due_on + 90 < $as_of
      and coalesce(balances.settled_on > claims.due_on + 90, true)
    group by claims.creditor_id, claims.debtor_id
)

select
    coalesce(accounts.creditor_id, filed.creditor_id) as creditor_id,
    debtors.kind,                                   -- #not_null
    count(*) as ripe,                               -- #not_null
    count(filed.debtor_id) as brought               -- #not_null
from accounts
full join filed
    on filed.debtor_id = accounts.debtor_id
    and filed.creditor_id is not distinct from accounts.creditor_id
join core.debtors on debtors.debtor_id = coalesce(accounts.debtor_id, filed.debtor_id)
cross join least
where filed.debtor_id is not null or accounts.amount_eur >= least.amount_eur
group by coalesce(accounts.creditor_id, filed.creditor_id), debtors.kind
