-- One row per decision made by the day and claim (or debtor, when it names no claim): its
-- source_key carries the claim when one entry stands for several. What is said of a claim is
-- said by its debtor.
select
    case
        when count(*) over (partition by decisions.entry_id) = 1 or decisions.claim_id is null
            then 'journal:' || decisions.entry_id
        else 'journal:' || decisions.entry_id || ':'
            || decisions.claim_id
    end as source_key,                              -- #unique #not_null
    decisions.entry_id,                             -- #not_null
    decisions."at",                                 -- #not_null
    decisions.actor,
    decisions.kind,                                 -- #not_null
    decisions.subject_type,
    decisions.subject_id,
    decisions.claim_id,
    coalesce(decisions.debtor_id, claims.debtor_id) as debtor_id,
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
from journal.decisions
left join ledger.claims on claims.claim_id = decisions.claim_id
where cast(decisions."at" as date) <= $as_of
