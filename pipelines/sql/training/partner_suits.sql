-- One row per partner, kind of work and suit in which it took a step on or before the day, with how
-- far that suit came. A lawyer brings suits, an officer enforces; where no judge is, it does both.
with hands as (
    select
        legal_steps.partner_id,
        partners.kind as partner_kind,
        claims.creditor_id,
        claims.debtor_id,
        legal_steps.procedure,
        min(legal_steps.taken_on) as first_on,
        cast(sum(legal_steps.cost) as decimal(18, 2)) as partner_cost
    from core.legal_steps
    join staging.partners on partners.partner_id = legal_steps.partner_id
    join core.claims on claims.claim_id = legal_steps.claim_id
    where partners.kind in ('lawyer', 'enforcement_officer')
    group by
        legal_steps.partner_id,
        partners.kind,
        claims.creditor_id,
        claims.debtor_id,
        legal_steps.procedure
),

cashed as (
    select
        claims.creditor_id,
        claims.debtor_id,
        legal_steps.procedure,
        min(legal_steps.taken_on) as cashed_on
    from core.legal_steps
    join core.claims on claims.claim_id = legal_steps.claim_id
    where legal_steps.step in ('seized', 'enforced')
    group by claims.creditor_id, claims.debtor_id, legal_steps.procedure
),

works as (
    select hands.*, unnest(
        case
            when partner_kind = 'lawyer' then ['suit']
            when procedure in ('small_claim', 'cheque_certificate', 'uncontested_commercial')
                then ['suit', 'enforcement']
            else ['enforcement']
        end
    ) as work
    from hands
)

select
    works.partner_id,                               -- #not_null
    works.partner_kind,                             -- #not_null
    works.work,                                     -- #not_null
    works.partner_cost,
    case
        when cashed.cashed_on >= works.first_on
            then date_diff('day', works.first_on, cashed.cashed_on)
    end as days_to_cash,
    past_suits.*
from works
join features.past_suits
    on past_suits.debtor_id = works.debtor_id
    and past_suits.procedure = works.procedure
    and past_suits.creditor_id is not distinct from works.creditor_id
left join cashed
    on cashed.debtor_id = works.debtor_id
    and cashed.procedure = works.procedure
    and cashed.creditor_id is not distinct from works.creditor_id
