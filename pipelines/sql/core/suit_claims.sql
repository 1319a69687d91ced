-- One row per open claim that a suit could join: due, dated, of known value in euros, and at the
-- same point of the way: not asked for in form, noticed, before a court, or with a title. A new
-- invoice does not hold back those whose notice ran out, nor does a claim that is time-barred,
-- disputed, justly or not, assigned to somebody else, or insured as long as the insurer has not agreed.
with disputed as (
    select claim_id, bool_or(is_unremedied) as is_justified
    from core.disputes
    where stands
    group by claim_id
),

placed as (
    select
        claims.claim_id,
        coalesce(claims.creditor_id, '') || '|' || claims.debtor_id
            || case when claims.currency = 'EUR' then '' else '|' || claims.currency end
            as account,
        claims.creditor_id,
        claims.debtor_id,
        balances.open_amount,
        cast(
            cast(balances.open_amount as decimal(30, 2)) * claims.eur_per_unit as decimal(18, 2)
        ) as open_amount_eur,
        claims.due_on,
        case
            when claim_procedures.title_on is not null then 'title'
            when claim_procedures.is_running then 'court'
            when limitation.limitation_on <= $as_of then 'barred'
            when claims.assigned_to is not null and clearances.assignee_agreed_on is null
                then 'assigned'
            when claims.insured_by is not null and clearances.insurer_agreed_on is null
                then 'insured'
            when disputed.is_justified then 'founded'
            when disputed.claim_id is not null then 'disputed'
            when claim_actions.formal_notice_on is not null then 'noticed'
            else 'fresh'
        end as place
    from core.claims
    join core.balances on balances.claim_id = claims.claim_id
    left join core.claim_actions on claim_actions.claim_id = claims.claim_id
    left join core.claim_procedures on claim_procedures.claim_id = claims.claim_id
    left join core.clearances on clearances.claim_id = claims.claim_id
    left join disputed on disputed.claim_id = claims.claim_id
    left join core.limitation on limitation.claim_id = claims.claim_id
    where balances.open_amount > 0
      and claims.date_basis <> 'unknown'
      and claims.due_on < $as_of
      and claims.eur_per_unit is not null
)

select
    claim_id,                                       -- #unique #not_null
    account
        || case
            when place in ('title', 'court', 'barred', 'assigned', 'insured', 'founded', 'disputed') then '|' || place
            when place = 'fresh' and bool_or(place = 'noticed') over (partition by account)
                then '|later'
            else ''
        end as suit_id,                             -- #not_null
    creditor_id,
    debtor_id,                                      -- #not_null
    open_amount,                                    -- #not_null #positive
    open_amount_eur,                                -- #not_null
    due_on                                          -- #not_null
from placed
