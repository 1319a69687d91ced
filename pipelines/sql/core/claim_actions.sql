-- One row per claim with an action: how often it was chased, how far, and its formal notice.
with resets as (
    select claim_id, max(happened_on) as reset_on
    from core.episode_ends
    group by claim_id
),

-- A plan offered, documents sent again or a call made at that stage is no notice by itself.
noticed as (
    select
        claim_id,
        action_id,
        "at",
        contact_group_id,
        agent_id,
        stage,
        stage_rank,
        received_on,
        action = 'resend_documents' as sends_documents,
        stage = 'formal_notice'
        and action in ('formal_notice', 'remind')
        and channel not in ('phone', 'visit') as is_formal_notice
    from core.actions
)

select
    actions.claim_id,                               -- #unique #not_null
    count(distinct actions.contact_group_id) as n_actions, -- #not_null
    count(distinct actions.contact_group_id) filter (
        where cast(actions."at" as date) > $as_of - 30
    ) as n_actions_30,                              -- #not_null
    min(actions."at") as first_action_at,           -- #not_null
    max(actions."at") as last_action_at,            -- #not_null
    arg_max(actions.stage, (actions."at", actions.action_id)) as last_stage, -- #not_null
    arg_max(actions.agent_id, (actions."at", actions.action_id)) as last_agent_id,
    max(actions.stage_rank) filter (
        where resets.reset_on is null or cast(actions."at" as date) > resets.reset_on
    ) as stage_rank,
    min(actions.received_on) filter (where actions.is_formal_notice) as first_notice_on,
    max(actions.received_on) filter (where actions.is_formal_notice) as formal_notice_on,
    max(actions."at") filter (where actions.sends_documents) as documents_sent_at
from noticed as actions
left join resets on resets.claim_id = actions.claim_id
group by actions.claim_id
