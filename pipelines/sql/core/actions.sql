-- One row per outbound action known on the day, letters and messages sent from the journal
-- included unless the ledger came to hold the same recommendation.
with united as (
    select
        action_id,
        claim_id,
        "at",
        channel,
        stage,
        tone,
        action,
        contact_group_id,
        recommendation_id,
        agent_id,
        partner_id,
        received_on,
        minutes,
        cost,
        propensity
    from staging.actions
    union all
    select
        decisions.source_key,
        decisions.claim_id,
        decisions."at",
        decisions.channel,
        coalesce(decisions.stage, 'reminder'),
        decisions.tone,
        coalesce(decisions.action, 'remind'),
        -- One entry about a group is one contact, for however many claims; entries claim by
        -- claim are grouped below like those of a ledger.
        case
            when decisions.subject_type is distinct from 'claim'
                then 'journal:' || decisions.entry_id
        end,
        decisions.recommendation_id,
        cast(null as varchar),
        cast(null as varchar),
        cast(decisions."at" as date),
        decisions.minutes,
        cast(null as decimal(18, 2)),
        decisions.propensity
    from core.decisions
    left join staging.actions
        on actions.recommendation_id = decisions.recommendation_id
        and actions.claim_id = decisions.claim_id
    where decisions.kind = 'sent'
      and decisions.claim_id is not null
      and actions.action_id is null
)

select
    united.action_id,                               -- #unique #not_null
    united.claim_id,                                -- #not_null
    claims.debtor_id,                               -- #not_null
    claims.creditor_id,
    united."at",                                    -- #not_null
    united.channel,
    united.stage,                                   -- #not_null
    united.tone,
    united.action,                                  -- #not_null
    -- Without a group, what leaves for one debtor in the same minute by the same channel is one
    -- contact.
    coalesce(
        united.contact_group_id,
        claims.debtor_id || '|' || strftime(united."at", '%Y-%m-%d %H:%M') || '|'
            || coalesce(united.channel, '')
    ) as contact_group_id,                          -- #not_null
    united.recommendation_id,
    united.agent_id,
    united.partner_id,
    united.received_on,
    united.minutes,
    cast(united.cost as decimal(18, 2)) as cost,
    united.propensity,
    -- The lane of a third party has no rank of its own.
    case united.stage
        when 'reminder' then 1
        when 'firm_reminder' then 2
        when 'formal_notice' then 3
        when 'last_attempt' then 4
        when 'litigation' then 5
    end as stage_rank,
    case united.tone
        when 'helpful' then 1
        when 'courteous' then 2
        when 'firm' then 3
        when 'formal' then 4
    end as tone_rank,
    united.action not in ('wait', 'identify', 'sue', 'write_off', 'declare_in_insolvency')
        as is_contact                               -- #not_null
from united
join core.claims on claims.claim_id = united.claim_id
