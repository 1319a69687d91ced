-- One row per event of an open claim that may move its limitation, by the law's own list (which
-- says whether it does): what the debtor acknowledged, promises and plans, suits and acts, a
-- declaration in insolvency, times in which the period stands still; of reminders and notices only
-- those that the law of the claim looks at. A suit lasts until it ends, is taken as lapsed when no
-- act was done for two years (CPC 386); the prudent clock counts from its last act.
with claims_open as (
    select claims.claim_id, claims.debtor_id, claims.nature, claims.issued_on, claims.performed_on
    from core.claims
    join core.balances on balances.claim_id = claims.claim_id
    where balances.open_amount > 0
),

-- Suits by claim and procedure: begun when served or filed, an order to pay when opposed.
suits as (
    select
        legal_steps.claim_id,
        legal_steps.procedure,
        min(legal_steps.taken_on) filter (where legal_steps.step in ('filed', 'served')) as begun_on,
        max(legal_steps.taken_on) filter (where legal_steps.step = 'opposed') as opposed_on,
        min(legal_steps.taken_on) filter (
            where legal_steps.step in ('judged_won', 'granted', 'granted_in_part', 'unenforceable')
        ) as decided_on,
        min(legal_steps.taken_on) filter (where legal_steps.step = 'judged_won') as won_on,
        max(legal_steps.taken_on) as last_on
    from core.legal_steps
    where not legal_steps.is_void
    group by legal_steps.claim_id, legal_steps.procedure
),

instances as (
    select
        claim_id,
        procedure,
        case when procedure in ('payment_order', 'european_order') then opposed_on else begun_on end
            as begun_on,
        case when procedure in ('payment_order', 'european_order') then won_on else decided_on end
            as ended_on,
        last_on
    from suits
    where procedure in ('summary', 'merits', 'tj_request', 'european_small_claim')
       or procedure in ('payment_order', 'european_order') and opposed_on is not null
),

events as (
    select
        claim_id,
        paid_on as happened_on,
        paid_on as until_on,
        paid_on as last_on,
        'part_payment' as event,
        'payments' as source_table,
        payment_id as source_key
    from core.payments
    where is_debtor_paying and amount > 0 and claim_id is not null and allocation <> 'inferred'
    union all
    select
        interactions.claim_id,
        cast(interactions."at" as date),
        cast(interactions."at" as date),
        cast(interactions."at" as date),
        case when interactions.outcome = 'promise' then 'spoken_promise' else interactions.outcome end,
        'interactions',
        interactions.interaction_id
    from core.interactions
    -- The row of the promise itself says whether it was written.
    left join core.promises
        on promises.claim_id = interactions.claim_id
        and promises.made_on = cast(interactions."at" as date)
        and interactions.outcome = 'promise'
    where interactions.outcome in ('acknowledgment', 'plan_request', 'promise')
      and promises.promise_id is null
    union all
    select
        claim_id,
        made_on,
        made_on,
        made_on,
        case when in_writing then 'written_promise' else 'spoken_promise' end,
        'promises',
        promise_id
    from core.promises
    union all
    select
        claim_id,
        agreed_on,
        agreed_on,
        agreed_on,
        case when signed then 'signed_plan' else 'unsigned_plan' end,
        'plans',
        plan_id
    from core.plans
    union all
    select
        claim_id,
        taken_on,
        taken_on,
        taken_on,
        case
            when step = 'filed' then 'payment_order_filed'
            when step = 'served' and procedure in ('payment_order', 'european_order')
                then 'payment_order_served'
            when procedure = 'small_claim' then 'small_claim_agreed'
            else 'seized'
        end,
        'legal_steps',
        step_id
    from core.legal_steps
    where not is_void
      and (
          step in ('seized', 'enforced')
          or step = 'filed' and procedure in ('payment_order', 'european_order')
          or step = 'served'
              and procedure in ('payment_order', 'european_order', 'cheque_certificate', 'enforcement', 'uncontested_commercial')
          or step in ('granted', 'granted_in_part') and procedure = 'small_claim'
      )
    union all
    select
        claim_id,
        begun_on,
        coalesce(ended_on, least($as_of, cast(last_on + interval (limits.lapse_months) month as date))),
        last_on,
        'suit_filed',
        'legal_steps',
        claim_id || ':' || procedure
    from instances
    left join law.limitation_limits as limits on true
    where begun_on is not null
    union all
    select
        claims_open.claim_id,
        insolvencies.declared_on,
        case
            when insolvencies.kind = 'over_indebtedness' then insolvencies.declared_on
            else greatest(insolvencies.declared_on, coalesce(insolvencies.closed_on, $as_of))
        end,
        insolvencies.declared_on,
        case when insolvencies.kind = 'over_indebtedness' then 'over_indebtedness' else 'declared_in_insolvency' end,
        'insolvencies',
        insolvencies.debtor_id || ':' || cast(insolvencies.opened_on as varchar)
    from core.insolvencies
    join claims_open on claims_open.debtor_id = insolvencies.debtor_id
    where insolvencies.declared_on is not null
      and (
          claims_open.issued_on is null
          or least(claims_open.issued_on, claims_open.performed_on) <= insolvencies.opened_on
      )
    union all
    -- Declared as a person said, or by an action of the ledger.
    select
        declarations.claim_id,
        declarations.declared_on,
        case
            when debtors.insolvency_kind = 'over_indebtedness' then declarations.declared_on
            else greatest(declarations.declared_on, coalesce(debtors.insolvency_closed_on, $as_of))
        end,
        declarations.declared_on,
        case when debtors.insolvency_kind = 'over_indebtedness' then 'over_indebtedness' else 'declared_in_insolvency' end,
        'declarations',
        declarations.claim_id
    from core.declarations
    join claims_open on claims_open.claim_id = declarations.claim_id
    join core.debtors on debtors.debtor_id = declarations.debtor_id
    where declarations.declared_on is not null
      and debtors.insolvency_declared_on is null
      and (
          claims_open.issued_on is null
          or least(claims_open.issued_on, claims_open.performed_on) <= debtors.insolvency_opened_on
      )
    union all
    select claim_id, from_on, to_on, to_on, event, source_table, source_key
    from core.suspensions
    union all
    select
        actions.claim_id,
        cast(actions."at" as date),
        cast(actions."at" as date),
        cast(actions."at" as date),
        case when actions.channel = 'registered_letter' then 'registered_letter' else 'written_reminder' end,
        'actions',
        actions.action_id
    from core.actions
    join claims_open on claims_open.claim_id = actions.claim_id
    join core.debtors on debtors.debtor_id = actions.debtor_id
    where claims_open.nature = 'insurance_premium' and actions.channel = 'registered_letter'
       or debtors.kind = 'public' and actions.channel in ('registered_letter', 'letter', 'email', 'portal')
)

select
    events.claim_id,                                -- #not_null
    events.happened_on,                             -- #not_null
    events.until_on,                                -- #not_null
    events.last_on,                                 -- #not_null
    events.event,                                   -- #not_null
    events.source_table,                            -- #not_null
    events.source_key                               -- #not_null
from events
join claims_open on claims_open.claim_id = events.claim_id
