-- One row per claim and time in which its limitation may stand still: a mediation or conciliation
-- agreed, a participative procedure, an expert measure before suit, the impossibility to act. Said
-- in the journal (an answer to the question) or as a dated fact of the claim or its debtor, by its
-- first day, or by first and last (2026-01-10/2026-04-10); running until the day without a last.
with said as (
    select
        decisions.claim_id,
        decisions.question as event,
        decisions.answer,
        cast(decisions."at" as date) as said_on,
        decisions.entry_id as source_key,
        'journal' as source_table
    from core.decisions
    where decisions.kind = 'answer' and decisions.claim_id is not null
    union all
    select claims.claim_id, decisions.question, decisions.answer, cast(decisions."at" as date),
        decisions.entry_id, 'journal'
    from core.decisions
    join core.claims on claims.debtor_id = decisions.debtor_id
    where decisions.kind = 'answer' and decisions.claim_id is null
    union all
    select claims.claim_id, facts.name, facts.value, facts.known_on,
        facts.subject_type || ':' || facts.subject_id || ':' || facts.name, 'facts'
    from staging.facts
    join core.claims
        on facts.subject_type = 'claim' and claims.claim_id = facts.subject_id
    union all
    select claims.claim_id, facts.name, facts.value, facts.known_on,
        facts.subject_type || ':' || facts.subject_id || ':' || facts.name, 'facts'
    from staging.facts
    join core.claims
        on facts.subject_type = 'debtor' and claims.debtor_id = facts.subject_id
),

dated as (
    select
        claim_id,
        event,
        source_table,
        source_key,
        said_on,
        lower(answer) as answer,
        coalesce(try_cast(split_part(answer, '/', 1) as date), said_on) as from_on,
        try_cast(split_part(answer, '/', 2) as date) as to_on
    from said
    where event in (
        'mediation_or_conciliation_agreed', 'participative_procedure_agreement',
        'measure_of_inquiry_before_suit', 'impossibility_to_act'
    )
)

select
    claim_id,                                       -- #not_null #unique(event, from_on)
    event,                                          -- #not_null
    from_on,                                        -- #not_null
    -- What is said last of a beginning stands; the end known last closes it.
    greatest(
        least(coalesce(arg_max(to_on, (said_on, source_key)), $as_of), $as_of), from_on
    ) as to_on,                                     -- #not_null
    any_value(source_table) as source_table,        -- #not_null
    max(source_key) as source_key                   -- #not_null
from dated
where from_on <= $as_of
group by claim_id, event, from_on
having arg_max(answer, (said_on, source_key)) not in ('no', 'non', 'false')
