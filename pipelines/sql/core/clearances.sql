-- One row per claim of which something was settled ahead of a suit: an attempt at an amicable
-- agreement before a third person, the consent of its insurer or assignee, a person's word on the
-- suit, what the land registry answered, a person's word on the seizure of a home. Said in the
-- journal (an answer to the question) or as a dated fact of the claim or of its debtor: `no` takes
-- it back, a day tells when, anything else counts from the day it was said.
with answers as (
    select claim_id, debtor_id, question, answer, "at", entry_id
    from core.decisions
    where kind = 'answer'
      and question in (
          'amicable_attempt', 'insurer_consent', 'assignee_consent', 'land_registry', 'land_seizure'
      )
),

known_facts as (
    select subject_type, subject_id, name, value, cast(known_on as timestamp) as "at"
    from staging.facts
    where name in (
        'amicable_attempt', 'insurer_consent', 'assignee_consent', 'land_registry', 'land_seizure'
    )
),

said as (
    select claim_id, question, answer, "at", entry_id as source_key
    from answers
    where claim_id is not null
    union all
    select claims.claim_id, answers.question, answers.answer, answers."at", answers.entry_id
    from answers
    join core.claims on claims.debtor_id = answers.debtor_id
    where answers.claim_id is null
    union all
    select subject_id, name, value, "at", ''
    from known_facts
    where subject_type = 'claim'
    union all
    select claims.claim_id, known_facts.name, known_facts.value, known_facts."at", ''
    from known_facts
    join core.claims on claims.debtor_id = known_facts.subject_id
    where known_facts.subject_type = 'debtor'
),

last_said as (
    select
        claim_id,
        question,
        lower(arg_max(answer, ("at", source_key))) as answer,
        cast(max("at") as date) as said_on
    from said
    group by claim_id, question
),

settled as (
    select
        claim_id,
        question,
        coalesce(try_cast(answer as date), said_on) as settled_on
    from last_said
    where answer not in ('no', 'non', 'false')
    union all
    -- A mediator or conciliator at work, and a simplified procedure that failed (CPC 750-1).
    select actions.claim_id, 'amicable_attempt', cast(actions."at" as date)
    from core.actions
    join staging.partners on partners.partner_id = actions.partner_id
    where partners.kind = 'mediator'
    union all
    select claim_id, 'amicable_attempt', taken_on
    from core.legal_steps
    where procedure = 'small_claim' and step = 'rejected'
),

known as (
    select
        claim_id,
        max(settled_on) filter (where question = 'amicable_attempt') as amicable_attempt_on,
        max(settled_on) filter (where question = 'insurer_consent') as insurer_agreed_on,
        max(settled_on) filter (where question = 'assignee_consent') as assignee_agreed_on
    from settled
    where settled_on <= $as_of
    group by claim_id
),

land as (
    select
        claim_id,
        case
            when max(answer) filter (where question = 'land_registry') in ('found', 'yes', 'oui')
                then true
            when max(answer) filter (where question = 'land_registry') in ('none', 'no', 'non')
                then false
        end as has_land,
        max(answer) filter (where question = 'land_seizure') in ('yes', 'oui', 'true')
            as land_decided
    from last_said
    where question in ('land_registry', 'land_seizure')
    group by claim_id
),

approvals as (
    select claim_id, arg_max(kind, ("at", entry_id)) = 'approve_suit' as is_approved
    from core.decisions
    where kind in ('approve_suit', 'refuse_suit') and claim_id is not null
    group by claim_id
)

select
    coalesce(known.claim_id, approvals.claim_id, land.claim_id) as claim_id, -- #unique #not_null
    known.amicable_attempt_on,
    known.insurer_agreed_on,
    known.assignee_agreed_on,
    approvals.is_approved,
    land.has_land,
    land.land_decided
from known
full join approvals on approvals.claim_id = known.claim_id
full join land on land.claim_id = coalesce(known.claim_id, approvals.claim_id)
