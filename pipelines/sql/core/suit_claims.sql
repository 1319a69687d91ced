-- One row per open claim that a suit could join: due, dated, of known value in euros.
select
    claims.claim_id,                                -- #unique #not_null
    coalesce(claims.creditor_id, '') || '|' || claims.debtor_id
        || case when claims.currency = 'EUR' then '' else '|' || claims.currency end
        as suit_id,                                 -- #not_null
    claims.creditor_id,
    claims.debtor_id,                               -- #not_null
    balances.open_amount,                           -- #not_null #positive
    cast(
        cast(balances.open_amount as decimal(30, 2)) * claims.eur_per_unit as decimal(18, 2)
    ) as open_amount_eur,                           -- #not_null
    claims.due_on                                   -- #not_null
from core.claims
join core.balances on balances.claim_id = claims.claim_id
where balances.open_amount > 0
  and claims.date_basis <> 'unknown'
  and claims.due_on < $as_of
  and claims.eur_per_unit is not null
