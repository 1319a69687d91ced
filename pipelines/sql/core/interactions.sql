-- One row per reaction known on the day, outcomes of the journal included.
with united as (
    select
        interaction_id,
        claim_id,
        "at",
        action_id,
        channel,
        outcome,
        contact_id,
        note
    from staging.interactions
    union all
    select
        source_key,
        claim_id,
        "at",
        cast(null as varchar),
        channel,
        outcome,
        contact_id,
        note
    from staging.decisions
    where kind = 'outcome' and outcome is not null and claim_id is not null
)

select
    united.interaction_id,                          -- #unique #not_null
    united.claim_id,                                -- #not_null
    claims.debtor_id,                               -- #not_null
    united."at",                                    -- #not_null
    united.action_id,
    united.channel,
    united.outcome,                                 -- #not_null
    united.contact_id,
    united.note
from united
join core.claims on claims.claim_id = united.claim_id
