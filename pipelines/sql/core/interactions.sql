-- One row per reaction known on the day, outcomes of the journal included; an outcome noted of a
-- debtor and no claim is kept on the oldest claim still open.
with oldest as (
    select
        claims.debtor_id,
        arg_min(
            claims.claim_id, (coalesce(claims.due_on, claims.issued_on, claims.known_on), claims.claim_id)
        ) as claim_id
    from core.claims
    join core.balances on balances.claim_id = claims.claim_id
    where balances.open_amount > 0
    group by claims.debtor_id
),

united as (
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
        decisions.source_key,
        coalesce(decisions.claim_id, oldest.claim_id),
        decisions."at",
        cast(null as varchar),
        decisions.channel,
        decisions.outcome,
        decisions.contact_id,
        decisions.note
    from core.decisions
    left join oldest on oldest.debtor_id = decisions.debtor_id
    where decisions.kind = 'outcome' and decisions.outcome is not null
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
