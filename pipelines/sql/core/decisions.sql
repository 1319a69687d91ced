-- One row per decision and claim that stands: no row imported later says otherwise.
select
    decisions.source_key,                           -- #unique #not_null
    decisions.entry_id,                             -- #not_null
    decisions."at",                                 -- #not_null
    decisions.actor,
    decisions.kind,                                 -- #not_null
    decisions.subject_type,
    decisions.subject_id,
    decisions.claim_id,
    decisions.debtor_id,
    decisions.outcome,
    decisions.channel,
    decisions.stage,
    decisions.tone,
    decisions.action,
    decisions.contact_id,
    decisions.minutes,
    decisions.due_on,
    decisions.amount,
    decisions.dispute_reason,
    decisions.note,
    decisions.until_on,
    decisions.profile,
    decisions.blind,
    decisions.question,
    decisions.answer,
    decisions.course,
    decisions.recommendation_id,
    decisions.propensity,
    decisions.reason
from staging.decisions
left join core.contradictions on contradictions.source_key = decisions.source_key
where contradictions.source_key is null
