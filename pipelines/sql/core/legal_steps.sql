-- One row per legal step known on the day; void when the same procedure was later withdrawn, lost
-- or, a suit, dismissed (C. civ. 2243).
with ends as (
    select
        claim_id,
        procedure,
        max(taken_on) as voided_on
    from staging.legal_steps
    where step in ('withdrawn', 'judged_lost')
       or step = 'rejected' and procedure in ('summary', 'merits', 'tj_request', 'european_small_claim')
    group by claim_id, procedure
)

select
    legal_steps.step_id,                            -- #unique #not_null
    legal_steps.claim_id,                           -- #not_null
    claims.debtor_id,                               -- #not_null
    legal_steps.procedure,                          -- #not_null
    legal_steps.step,                               -- #not_null
    legal_steps.taken_on,                           -- #not_null
    legal_steps.amount,
    legal_steps.cost,
    legal_steps.partner_id,
    coalesce(legal_steps.taken_on <= ends.voided_on, false) as is_void -- #not_null
from staging.legal_steps
join core.claims on claims.claim_id = legal_steps.claim_id
left join ends
    on ends.claim_id = legal_steps.claim_id
    and ends.procedure = legal_steps.procedure
