-- One row per claim with a reaction: counts by outcome, and the last one.
select
    claim_id,                                       -- #unique #not_null
    count(*) filter (where outcome not in ('no_answer', 'wrong_contact')) as n_reached, -- #not_null
    count(*) filter (where outcome = 'no_answer') as n_no_answer, -- #not_null
    count(*) filter (where outcome = 'wrong_contact') as n_wrong_contact, -- #not_null
    count(*) filter (where outcome = 'missing_document') as n_missing_document, -- #not_null
    count(*) filter (where outcome = 'cash_wait') as n_cash_wait, -- #not_null
    count(*) filter (where outcome = 'refusal') as n_refusal, -- #not_null
    max("at") as last_interaction_at,               -- #not_null
    arg_max(outcome, ("at", interaction_id)) as last_outcome -- #not_null
from core.interactions
group by claim_id
