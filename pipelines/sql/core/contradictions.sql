-- One row per decision and claim that a row of a later day contradicts, with the first such row.
with contacts as (
    select action_id, claim_id, "at", channel, stage, recommendation_id
    from staging.actions
    where action not in ('wait', 'identify', 'sue', 'write_off', 'declare_in_insolvency')
),

found as (
    -- Another promise while the first was running.
    select
        decisions.source_key,
        'promises' as table_name,
        promises.promise_id as row_key,
        promises.made_on as row_on
    from staging.decisions
    join staging.promises on promises.claim_id = decisions.claim_id
    where decisions.kind = 'promise'
      and promises.made_on >= cast(decisions."at" as date)
      and promises.made_on <= decisions.due_on
      and (
          promises.due_on <> decisions.due_on
          or decisions.amount > 0 and promises.amount <> decisions.amount
      )
    union all
    select
        decisions.source_key,
        'disputes',
        disputes.dispute_id,
        disputes.opened_on
    from staging.decisions
    join staging.disputes on disputes.claim_id = decisions.claim_id
    where decisions.kind = 'dispute'
      and disputes.opened_on >= cast(decisions."at" as date)
      and (
          disputes.reason <> decisions.dispute_reason
          or decisions.amount > 0 and disputes.amount <> decisions.amount
      )
    union all
    select
        decisions.source_key,
        'profile_labels',
        labels.debtor_id || '|' || coalesce(labels.labelled_by, ''),
        labels.labelled_on
    from staging.decisions
    join staging.profile_labels as labels on labels.debtor_id = decisions.debtor_id
    where decisions.kind = 'confirm_profile'
      and labels.labelled_on > cast(decisions."at" as date)
      and labels.profile <> decisions.profile
      -- The second opinion of another blind labeller contradicts nobody.
      and not (
          coalesce(decisions.blind, false)
          and coalesce(labels.blind, false)
          and lower(trim(coalesce(labels.labelled_by, ''))) <> lower(trim(coalesce(decisions.actor, '')))
      )
    union all
    -- The debtor was contacted though it was to be left in peace.
    select
        decisions.source_key,
        'actions',
        contacts.action_id,
        cast(contacts."at" as date)
    from staging.decisions
    join contacts on contacts.claim_id = decisions.claim_id
    where (
        decisions.kind = 'postpone'
        or decisions.kind = 'override' and decisions.action = 'wait'
    )
      and contacts."at" > decisions."at"
      and (
          coalesce(decisions.until_on, decisions.due_on) is null
          or cast(contacts."at" as date) < coalesce(decisions.until_on, decisions.due_on)
      )
    union all
    -- What was sent left otherwise than noted.
    select
        decisions.source_key,
        'actions',
        contacts.action_id,
        cast(contacts."at" as date)
    from staging.decisions
    join contacts
        on contacts.claim_id = decisions.claim_id
        and contacts.recommendation_id = decisions.recommendation_id
    where decisions.kind = 'sent'
      and cast(contacts."at" as date) >= cast(decisions."at" as date)
      and (contacts.channel <> decisions.channel or contacts.stage <> decisions.stage)
    union all
    select
        decisions.source_key,
        'legal_steps',
        legal_steps.step_id,
        legal_steps.taken_on
    from staging.decisions
    join staging.legal_steps on legal_steps.claim_id = decisions.claim_id
    where legal_steps.taken_on > cast(decisions."at" as date)
      and (
          decisions.kind = 'refuse_suit' and legal_steps.step = 'filed'
          or decisions.kind = 'approve_suit' and legal_steps.step = 'withdrawn'
      )
    union all
    -- Said to be open still, closed since by the ledger.
    select
        decisions.source_key,
        'claims',
        claims.claim_id,
        claims.closed_on
    from staging.decisions
    join staging.claims on claims.claim_id = decisions.claim_id
    where decisions.kind = 'answer'
      and decisions.question = 'lettered_outside_file'
      and claims.closed_on >= cast(decisions."at" as date)
    union all
    -- The ledger brings the payment that a person had matched with a bank line.
    select source_key, 'payments', payment_id, paid_on
    from core.bank_doubles
    union all
    select source_key, 'bank_lines', line_id, fault_on
    from core.bank_allocations
    where fault_on is not null
)

select
    found.source_key,                               -- #unique #not_null
    decisions.entry_id,                             -- #not_null
    decisions.kind,                                 -- #not_null
    coalesce(decisions.claim_id, decisions.debtor_id, decisions.subject_id) as subject_id,
    cast(decisions."at" as date) as decided_on,     -- #not_null
    found.table_name,                               -- #not_null
    found.row_key,                                  -- #not_null
    found.row_on                                    -- #not_null
from found
join staging.decisions on decisions.source_key = found.source_key
qualify row_number() over (
    partition by found.source_key order by found.row_on, found.table_name, found.row_key
) = 1
