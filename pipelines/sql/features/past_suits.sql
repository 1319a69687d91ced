-- One row per suit brought on or before the day: what one creditor asked of one debtor by one
-- procedure, and how far it came; null where it is not known yet.
with steps as (
    select
        legal_steps.claim_id,
        legal_steps.procedure,
        min(legal_steps.taken_on) as filed_on,
        bool_or(step in ('granted', 'granted_in_part')) as is_granted,
        bool_or(step = 'rejected') as is_rejected,
        bool_or(step = 'opposed') as is_opposed,
        bool_or(step = 'judged_won') as is_won,
        bool_or(step = 'judged_lost') as is_lost,
        bool_or(step = 'enforced' or (step = 'seized' and legal_steps.amount > 0)) as is_enforced,
        bool_or(step = 'unenforceable') as is_unenforceable,
        min(taken_on) filter (where step in ('granted', 'granted_in_part', 'judged_won'))
            as granted_on,
        max(legal_steps.amount) filter (
            where step in ('granted', 'granted_in_part', 'judged_won')
        ) as granted_amount,
        greatest(
            coalesce(sum(legal_steps.amount) filter (where step = 'enforced'), 0),
            coalesce(max(legal_steps.amount) filter (where step = 'seized'), 0)
        ) as seized_amount,
        sum(legal_steps.cost) as cost
    from core.legal_steps
    group by legal_steps.claim_id, legal_steps.procedure
),

-- A title is often obeyed before anything is seized.
obeyed as (
    select
        steps.claim_id,
        steps.procedure,
        sum(payments.amount) as amount
    from steps
    join core.payments
        on payments.claim_id = steps.claim_id
        and payments.paid_on >= steps.granted_on
        and payments.is_debtor_paying
    group by steps.claim_id, steps.procedure
),

brought as (
    select
        steps.claim_id,
        steps.procedure,
        steps.filed_on,
        steps.granted_on,
        steps.cost,
        steps.is_granted,
        steps.is_rejected,
        steps.is_opposed,
        steps.is_won,
        steps.is_lost,
        steps.is_unenforceable,
        claims.creditor_id,
        claims.debtor_id,
        claims.nature,
        claims.due_on,
        cast(claims.amount as decimal(30, 2)) * claims.eur_per_unit as amount_eur,
        coalesce(claims.has_order, false) or coalesce(claims.has_delivery_proof, false)
            as is_documented,
        cast(steps.granted_amount as decimal(30, 2)) * claims.eur_per_unit as awarded_eur,
        cast(coalesce(steps.granted_amount, claims.amount) as decimal(30, 2)) * claims.eur_per_unit
            as titled_eur,
        cast(
            least(
                greatest(steps.seized_amount, coalesce(obeyed.amount, 0)),
                coalesce(steps.granted_amount, claims.amount)
            ) as decimal(30, 2)
        ) * claims.eur_per_unit as collected_eur,
        steps.is_enforced or coalesce(obeyed.amount > 0, false) as is_collected,
        exists (
            select 1
            from core.disputes
            where disputes.claim_id = steps.claim_id
              and disputes.opened_on <= steps.filed_on
              and coalesce(disputes.closed_on > steps.filed_on, true)
        ) as is_disputed
    from steps
    join core.claims on claims.claim_id = steps.claim_id
    left join obeyed
        on obeyed.claim_id = steps.claim_id
        and obeyed.procedure = steps.procedure
),

suits as (
    select
        brought.creditor_id,
        brought.debtor_id,
        brought.procedure,
        min(brought.filed_on) as filed_on,
        min(brought.granted_on) as granted_on,
        min(brought.due_on) as due_on,
        cast(sum(brought.cost) as decimal(18, 2)) as cost,
        cast(sum(brought.amount_eur) as decimal(18, 2)) as amount_eur,
        cast(sum(brought.titled_eur) as double) as titled_eur,
        cast(sum(brought.awarded_eur) as double) as awarded_eur,
        cast(
            sum(brought.amount_eur) filter (where brought.awarded_eur is not null) as double
        ) as asked_eur,
        cast(sum(brought.collected_eur) as double) as collected_eur,
        -- A suit in a currency without a rate has no amount in EUR.
        coalesce(arg_max(brought.nature, brought.amount_eur), min(brought.nature)) as nature,
        bool_and(brought.is_documented) as is_documented,
        bool_or(brought.is_disputed) as is_disputed,
        bool_or(brought.is_granted) as is_granted,
        bool_or(brought.is_rejected) as is_rejected,
        bool_or(brought.is_opposed) as is_opposed,
        bool_or(brought.is_won) as is_won,
        bool_or(brought.is_lost) as is_lost,
        bool_or(brought.is_collected) as is_collected,
        bool_or(brought.is_unenforceable) as is_unenforceable
    from brought
    group by brought.creditor_id, brought.debtor_id, brought.procedure
)

select
    suits.creditor_id,
    suits.debtor_id,                                -- #not_null
    suits.procedure,                                -- #not_null
    suits.filed_on,                                 -- #not_null
    suits.amount_eur,
    date_diff('day', suits.due_on, suits.filed_on) / 30.4375 as months,
    suits.nature,                                   -- #not_null
    coalesce(suits.is_documented, false) as is_documented, -- #not_null
    suits.is_disputed,                              -- #not_null
    debtors.kind,                                   -- #not_null
    debtors.is_trader,
    debtors.country,                                -- #not_null
    debtors.postcode,
    debtors.solvency_score,
    -- Without an opposition, a judgment is the first answer of the court.
    case
        when suits.is_granted or (suits.is_won and not suits.is_opposed) then true
        when suits.is_rejected or (suits.is_lost and not suits.is_opposed) then false
    end as granted,
    case
        when suits.is_opposed then true
        when suits.is_granted
            and (suits.is_collected or suits.is_unenforceable or suits.granted_on < $as_of - 120)
            then false
    end as opposed,
    case
        when suits.is_opposed and suits.is_won then true
        when suits.is_opposed and suits.is_lost then false
    end as won,
    case
        when (suits.is_granted or suits.is_won) and not suits.is_lost then
            case
                when suits.is_collected then true
                -- Nothing within a year and a half of a title: nothing is counted to come.
                when suits.is_unenforceable or suits.granted_on < $as_of - 540 then false
            end
    end as collected,
    -- Of what the title says, once something came in; enforced without an amount is all of it.
    case
        when suits.is_collected and suits.titled_eur > 0 then
            case
                when suits.collected_eur > 0 then suits.collected_eur / suits.titled_eur
                else 1.0
            end
    end as collected_share,                         -- #nonnegative
    -- Of what was asked, where a title tells its amount; accessories may lift it above the claim.
    case
        when suits.is_granted and suits.awarded_eur > 0 and suits.asked_eur > 0
            then least(suits.awarded_eur / suits.asked_eur, 1.0)
    end as awarded_share,                           -- #nonnegative
    date_diff('day', suits.filed_on, suits.granted_on) as days_to_title,
    suits.cost
from suits
join core.debtors on debtors.debtor_id = suits.debtor_id
