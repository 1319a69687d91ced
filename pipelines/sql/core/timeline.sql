-- One row per event in the life of a claim, up to the day.
select
    claim_id,                                       -- #not_null
    debtor_id,                                      -- #not_null
    cast(issued_on as timestamp) as happened_at,    -- #not_null
    'issued' as kind,                               -- #not_null
    cast(null as varchar) as label_code,
    cast(null as varchar) as channel,
    cast(null as varchar) as stage,
    cast(null as varchar) as tone,
    amount,
    invoice_number as note,
    'claims' as source_table,                       -- #not_null
    claim_id as source_key                          -- #not_null
from core.claims
where issued_on is not null
union all
select
    claim_id,
    debtor_id,
    cast(due_on as timestamp),
    'due',
    date_basis,
    null,
    null,
    null,
    amount,
    null,
    'claims',
    claim_id
from core.claims
where due_on <= $as_of
union all
select
    claim_id,
    debtor_id,
    cast(paid_on as timestamp),
    'payment',
    method,
    null,
    null,
    null,
    amount,
    allocation,
    'payments',
    payment_id
from core.payments
where claim_id is not null
union all
select
    claim_id,
    debtor_id,
    "at",
    'action',
    action,
    channel,
    stage,
    tone,
    null,
    null,
    'actions',
    action_id
from core.actions
union all
select
    claim_id,
    debtor_id,
    "at",
    'interaction',
    outcome,
    channel,
    null,
    null,
    null,
    note,
    'interactions',
    interaction_id
from core.interactions
union all
select
    claim_id,
    debtor_id,
    cast(made_on as timestamp),
    'promise',
    status,
    null,
    null,
    null,
    amount,
    cast(due_on as varchar),
    'promises',
    promise_id
from core.promises
union all
select
    claim_id,
    debtor_id,
    cast(broken_on as timestamp),
    'promise_broken',
    status,
    null,
    null,
    null,
    amount,
    cast(due_on as varchar),
    'promises',
    promise_id
from core.promises
where broken_on is not null
union all
select
    claim_id,
    debtor_id,
    cast(agreed_on as timestamp),
    'plan',
    status,
    null,
    null,
    null,
    null,
    null,
    'plans',
    plan_id
from core.plans
union all
select
    claim_id,
    debtor_id,
    cast(broken_on as timestamp),
    'plan_broken',
    status,
    null,
    null,
    null,
    null,
    null,
    'plans',
    plan_id
from core.plans
where broken_on is not null
union all
select
    claim_id,
    debtor_id,
    cast(opened_on as timestamp),
    'dispute',
    reason,
    null,
    null,
    null,
    amount,
    grievance,
    'disputes',
    dispute_id
from core.disputes
union all
select
    claim_id,
    debtor_id,
    cast(answered_on as timestamp),
    'dispute_answered',
    reason,
    null,
    null,
    null,
    amount,
    null,
    'disputes',
    dispute_id
from core.disputes
where answered_on is not null
union all
select
    claim_id,
    debtor_id,
    cast(closed_on as timestamp),
    'dispute_closed',
    case when founded then 'founded' when not founded then 'unfounded' end,
    null,
    null,
    null,
    amount,
    null,
    'disputes',
    dispute_id
from core.disputes
where closed_on is not null
union all
select
    claim_id,
    debtor_id,
    cast(taken_on as timestamp),
    'legal_step',
    step,
    null,
    null,
    null,
    amount,
    procedure,
    'legal_steps',
    step_id
from core.legal_steps
union all
select
    documents.claim_id,
    claims.debtor_id,
    cast(documents.dated_on as timestamp),
    'document',
    documents.kind,
    null,
    null,
    null,
    null,
    documents.path,
    'documents',
    documents.document_id
from staging.documents
join core.claims on claims.claim_id = documents.claim_id
where documents.dated_on is not null
union all
select
    claims.claim_id,
    claims.debtor_id,
    cast(insolvencies.opened_on as timestamp),
    'insolvency',
    insolvencies.kind,
    null,
    null,
    null,
    null,
    null,
    'insolvencies',
    insolvencies.debtor_id || ':' || cast(insolvencies.opened_on as varchar)
from core.insolvencies
join core.claims on claims.debtor_id = insolvencies.debtor_id
join core.balances on balances.claim_id = claims.claim_id
where balances.settled_on is null or balances.settled_on >= insolvencies.opened_on
