-- One row per event that restarts the limitation of a claim: the debtor's acknowledgment (C.
-- civ. 2240: part payment, request for time, signed plan, written promise), a suit or a
-- measure of enforcement that was not withdrawn or lost (2241, 2244), a declaration in
-- insolvency (C. com. L622-25-1). A formal notice does not, save for insurance premiums (C.
-- ass. L114-2); nor does the mere filing of an order to pay.
select
    claim_id,                                       -- #not_null
    paid_on as happened_on,                         -- #not_null
    'payment' as event                              -- #not_null
from core.payments
where is_debtor_paying and amount > 0 and claim_id is not null and allocation <> 'inferred'
union all
select
    claim_id,
    cast("at" as date),
    outcome
from core.interactions
where outcome in ('acknowledgment', 'plan_request')
union all
select
    claim_id,
    made_on,
    'promise'
from core.promises
where in_writing
union all
select
    claim_id,
    agreed_on,
    'plan'
from core.plans
where signed
union all
select
    claim_id,
    taken_on,
    'legal_step'
from core.legal_steps
where not is_void
  and (
      step in ('served', 'judged_won', 'seized', 'enforced')
      or (step = 'filed' and procedure in ('summary', 'merits', 'tj_request'))
  )
union all
select
    claims.claim_id,
    insolvencies.declared_on,
    'declaration'
from core.insolvencies
join core.claims on claims.debtor_id = insolvencies.debtor_id
where insolvencies.declared_on is not null
  and (
      claims.issued_on is null
      or least(claims.issued_on, claims.performed_on) <= insolvencies.opened_on
  )
union all
-- Declared as a person said, or by an action of the ledger.
select
    declarations.claim_id,
    declarations.declared_on,
    'declaration'
from core.declarations
join core.claims on claims.claim_id = declarations.claim_id
join core.debtors on debtors.debtor_id = claims.debtor_id
where declarations.declared_on is not null
  and debtors.insolvency_declared_on is null
  and (
      claims.issued_on is null
      or least(claims.issued_on, claims.performed_on) <= debtors.insolvency_opened_on
  )
union all
select
    actions.claim_id,
    actions.received_on,
    'registered_letter'
from core.actions
join core.claims on claims.claim_id = actions.claim_id
where claims.nature = 'insurance_premium'
  and actions.channel = 'registered_letter'
  and actions.received_on is not null
