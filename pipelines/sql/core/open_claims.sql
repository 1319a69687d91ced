-- One row per claim with something open: all that the day's decisions look at.
with disputed as (
    select
        claim_id,
        bool_or(amount is null) as is_whole,
        sum(amount) as amount,
        min(opened_on) as opened_on,
        bool_or(is_unremedied) as is_justified
    from core.disputes
    where stands
    group by claim_id
),

promised as (
    select
        claim_id,
        sum(amount) filter (where status = 'running') as amount,
        max(due_on) filter (where status = 'running') as due_on,
        max(broken_on) as broken_on
    from core.promises
    group by claim_id
),

planned as (
    select
        claim_id,
        max(plan_id) filter (where status = 'running') as plan_id,
        min(next_due_on) filter (where status = 'running') as next_due_on,
        max(broken_on) as broken_on
    from core.plans
    group by claim_id
),

only_agent as (
    select min(agent_id) as agent_id from staging.agents having count(*) = 1
),

-- What the title carries of principal and, in the same part, of what it has borne.
titled as (
    select
        awards.claim_id,
        awards.carried,
        awards.is_rest_lost,
        case
            when awards.claimed > 0 then
                (
                    2 * cast(
                        (interest.late_penalties + interest.legal_interest + interest.fixed_indemnity)
                        * 100 as hugeint
                    ) * cast(awards.granted * 100 as hugeint)
                    + cast(awards.claimed * 100 as hugeint)
                ) // (2 * cast(awards.claimed * 100 as hugeint))
            else 0
        end as accessory_cents
    from core.awards
    join core.interest on interest.claim_id = awards.claim_id
    where awards.is_last and awards.title_on is not null
),

parts as (
    select
        balances.claim_id,
        case
            when disputed.claim_id is null then 0
            when disputed.is_whole then balances.open_amount
            else least(disputed.amount, balances.open_amount)
        end as disputed_amount,
        coalesce(promised.amount, 0) as promised_amount,
        planned.plan_id is not null as has_plan,
        case when titled.is_rest_lost then titled.carried else balances.open_amount end
            as askable_amount
    from core.balances
    left join disputed on disputed.claim_id = balances.claim_id
    left join promised on promised.claim_id = balances.claim_id
    left join planned on planned.claim_id = balances.claim_id
    left join titled on titled.claim_id = balances.claim_id
    where balances.open_amount > 0
)

select
    claims.claim_id,                                -- #unique #not_null
    claims.debtor_id,                               -- #not_null
    claims.creditor_id,
    coalesce(creditors.agent_id, claim_actions.last_agent_id, only_agent.agent_id) as agent_id,
    claims.currency,                                -- #not_null
    balances.open_amount,                           -- #not_null #positive
    cast(
        cast(balances.open_amount as decimal(30, 2)) * claims.eur_per_unit as decimal(18, 2)
    ) as open_amount_eur,
    cast(parts.disputed_amount as decimal(18, 2)) as disputed_amount, -- #not_null #nonnegative
    cast(
        case
            when parts.has_plan then 0
            else greatest(
                least(balances.open_amount - parts.disputed_amount, parts.askable_amount)
                    - parts.promised_amount,
                0
            )
        end as decimal(18, 2)
    ) as chaseable_amount,                          -- #not_null #nonnegative
    date_diff('day', claims.due_on, $as_of) as days_overdue,
    claims.date_basis,                              -- #not_null #in(stated, assumed, unknown)
    case
        when claim_procedures.is_running then 'litigation'
        when claim_actions.claim_id is null then 'not_chased'
        when claim_actions.last_stage in ('third_party', 'litigation') then claim_actions.last_stage
        when claim_actions.stage_rank = 4 then 'last_attempt'
        when claim_actions.stage_rank = 3 then 'formal_notice'
        when claim_actions.stage_rank = 2 then 'firm_reminder'
        when claim_actions.stage_rank = 1 then 'reminder'
        else claim_actions.last_stage
    end as stage,                                   -- #not_null
    interest.late_penalties,                        -- #not_null #nonnegative
    interest.legal_interest,                        -- #not_null #nonnegative
    interest.fixed_indemnity,                       -- #not_null #nonnegative
    cast(
        balances.open_amount + interest.late_penalties + interest.legal_interest
            + interest.fixed_indemnity as decimal(18, 2)
    ) as total_due,                                 -- #not_null #positive
    limitation.limitation_on,
    limitation.limitation_earliest_on,
    suit_claims.suit_id,
    list_filter(
        list_concat(
            claims.marks,
            [
                case when claims.eur_per_unit is null then 'no_rate' end,
                case when claims.date_basis = 'assumed' then 'assumed_due_date' end,
                case when claims.date_basis = 'unknown' then 'unknown_date' end,
                case when debtors.insolvency_kind is not null then 'in_insolvency' end,
                case when disputed.claim_id is not null then 'dispute_open' end,
                case when promised.due_on is not null then 'promise_running' end,
                case when planned.plan_id is not null then 'plan_running' end,
                case when debtors.kind = 'unknown' then 'unknown_kind' end,
                case when debtors.kind_basis = 'inferred' then 'inferred_kind' end,
                case when debtors.is_vulnerable then 'vulnerable' end,
                case when debtors.do_not_contact then 'do_not_contact' end,
                case when claims.insured_by is not null then 'insured' end,
                case when claims.assigned_to is not null then 'assigned' end,
                case
                    when limitation.limitation_on <= $as_of then 'time_barred'
                    when limitation.limitation_earliest_on <= $as_of + cast(coalesce(limits.warning_days, 90) as integer) then 'near_limitation'
                end,
                case when balances.open_amount <= run.tolerance then 'below_tolerance' end,
                case when titled.carried < balances.open_amount then 'title_in_part' end
            ]
        ),
        lambda flag: flag is not null
    ) as flags,                                     -- #not_null
    claims.invoice_number,
    claims.issued_on,
    claims.due_on,
    claims.amount,                                  -- #not_null #positive
    claims.vat_amount,
    claims.nature,                                  -- #not_null
    claims.performed_on,
    claims.has_order,
    claims.has_delivery_proof,
    claims.has_terms,
    claims.penalty_rate,
    claims.assigned_to,
    claims.insured_by,
    claims.marks,                                   -- #not_null
    debtors.kind as debtor_kind,                    -- #not_null
    disputed.claim_id is not null as has_open_dispute, -- #not_null
    coalesce(disputed.is_justified, false) as has_founded_dispute, -- #not_null
    date_diff('day', disputed.opened_on, $as_of) as dispute_open_days,
    promised.due_on as promise_due_on,
    promised.broken_on as promise_broken_on,
    planned.plan_id,
    planned.next_due_on as plan_next_due_on,
    planned.broken_on as plan_broken_on,
    coalesce(claim_actions.n_actions, 0) as n_actions, -- #not_null
    claim_actions.first_action_at,
    claim_actions.last_action_at,
    claim_actions.documents_sent_at,
    claim_answers.last_interaction_at,
    claim_answers.last_outcome,
    claim_actions.formal_notice_on,
    claim_actions.formal_notice_on + 8 as formal_notice_expires_on,
    claim_procedures.legal_status,
    claim_procedures.title_on,
    claim_procedures.enforceable_on,
    claim_procedures.enforceable_from,
    claim_procedures.last_legal_step_on,
    titled.carried as titled_amount,
    cast(
        cast(titled.accessory_cents as decimal(20, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2)
    ) as titled_accessories,
    coalesce(titled.is_rest_lost, false) as is_rest_lost, -- #not_null
    ordered.carried as ordered_amount,
    declarations.declared_on,
    coalesce(declarations.has_longer, false) as has_longer_to_declare, -- #not_null
    clearances.amicable_attempt_on,
    clearances.insurer_agreed_on,
    clearances.assignee_agreed_on,
    clearances.is_approved as suit_approved
from core.claims
join core.balances on balances.claim_id = claims.claim_id
join parts on parts.claim_id = claims.claim_id
join core.debtors on debtors.debtor_id = claims.debtor_id
join core.interest on interest.claim_id = claims.claim_id
join core.limitation on limitation.claim_id = claims.claim_id
cross join settings.run
left join only_agent on true
left join law.limitation_limits as limits on true
left join staging.creditors on creditors.creditor_id = claims.creditor_id
left join disputed on disputed.claim_id = claims.claim_id
left join promised on promised.claim_id = claims.claim_id
left join planned on planned.claim_id = claims.claim_id
left join core.claim_actions on claim_actions.claim_id = claims.claim_id
left join core.claim_answers on claim_answers.claim_id = claims.claim_id
left join core.claim_procedures on claim_procedures.claim_id = claims.claim_id
left join core.declarations on declarations.claim_id = claims.claim_id
left join core.clearances on clearances.claim_id = claims.claim_id
left join core.suit_claims on suit_claims.claim_id = claims.claim_id
left join titled on titled.claim_id = claims.claim_id
left join core.awards as ordered
    on ordered.claim_id = claims.claim_id
    and ordered.is_last
    and ordered.title_on is null
