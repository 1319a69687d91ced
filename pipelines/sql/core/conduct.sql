-- One row per debtor with an open claim: who chased it of late, how often, and how far the
-- running episode has gone.
with debtors as (
    select distinct claims.debtor_id
    from core.claims
    join core.balances on balances.claim_id = claims.claim_id
    where balances.open_amount > 0
),

recent as (
    select
        debtor_id,
        count(*) as n_contacts,
        count(*) filter (where channel = 'phone') as n_calls,
        list_sort(list(cast(contacted_at as date))) as contact_days,
        list_sort(list(cast(contacted_at as date)) filter (where channel = 'phone')) as call_days
    from core.contacts_made
    where cast(contacted_at as date) > $as_of - 7
    group by debtor_id
),

ordered as (
    select
        contacts_made.debtor_id,
        contacts_made.contacted_at,
        contacts_made.channel,
        contacts_made.stage_rank,
        contacts_made.tone_rank,
        episode_resets.reset_on is null
            or cast(contacts_made.contacted_at as date) > episode_resets.reset_on as is_current,
        row_number() over (
            partition by contacts_made.debtor_id
            order by contacts_made.contacted_at desc, contacts_made.contact_group_id desc
        ) as place,
        first_value(contacts_made.channel) over (
            partition by contacts_made.debtor_id
            order by contacts_made.contacted_at desc, contacts_made.contact_group_id desc
            rows between unbounded preceding and unbounded following
        ) as last_channel
    from core.contacts_made
    join debtors on debtors.debtor_id = contacts_made.debtor_id
    left join core.episode_resets on episode_resets.debtor_id = contacts_made.debtor_id
),

summed as (
    select
        debtor_id,
        any_value(last_channel) as last_channel,
        coalesce(
            min(place) filter (where channel is distinct from last_channel) - 1, count(*)
        ) as last_channel_run,
        min(cast(contacted_at as date)) filter (where is_current) as episode_start_on,
        max(stage_rank) filter (where is_current) as stage_rank,
        max(tone_rank) filter (where is_current) as tone_rank,
        cast(max(contacted_at) as date) as last_contact_on
    from ordered
    group by debtor_id
),

-- What shows that the debtor is reached, and the last search for somebody else.
heard as (
    select debtor_id, cast("at" as date) as heard_on
    from core.interactions
    where outcome <> 'no_answer'
    union all
    select debtor_id, paid_on
    from core.payments
    where is_debtor_paying
    union all
    select debtor_id, cast("at" as date)
    from core.actions
    where action = 'find_contact'
),

last_heard as (
    select debtor_id, max(heard_on) as heard_on
    from heard
    group by debtor_id
),

unheard as (
    select
        contacts_made.debtor_id,
        count(*) as n_contacts,
        count(distinct contacts_made.channel) as n_channels
    from core.contacts_made
    left join last_heard on last_heard.debtor_id = contacts_made.debtor_id
    where last_heard.heard_on is null
       or cast(contacts_made.contacted_at as date) > last_heard.heard_on
    group by contacts_made.debtor_id
),

-- A suit under way; or one brought in the running episode, however it ended: no stage falls (D4).
lawsuits as (
    select claims.debtor_id
    from core.claim_procedures
    join core.claims on claims.claim_id = claim_procedures.claim_id
    join core.balances on balances.claim_id = claims.claim_id
    where claim_procedures.is_running and balances.open_amount > 0
    union
    select actions.debtor_id
    from core.actions
    left join core.episode_resets on episode_resets.debtor_id = actions.debtor_id
    where actions.stage = 'litigation'
      and actions.action <> 'wait'
      and (
          episode_resets.reset_on is null
          or cast(actions."at" as date) > episode_resets.reset_on
      )
),

handed_over as (
    select
        actions.debtor_id,
        max(cast(actions."at" as date)) as third_party_on
    from core.actions
    join core.balances on balances.claim_id = actions.claim_id
    where balances.open_amount > 0
      and (actions.stage = 'third_party' or actions.action = 'third_party')
    group by actions.debtor_id
)

select
    debtors.debtor_id,                              -- #unique #not_null
    coalesce(recent.n_contacts, 0) as n_contacts_7d, -- #not_null
    coalesce(recent.n_calls, 0) as n_calls_7d,      -- #not_null
    coalesce(recent.contact_days, cast([] as date[])) as contact_days_7d, -- #not_null
    coalesce(recent.call_days, cast([] as date[])) as call_days_7d, -- #not_null
    summed.last_channel,
    coalesce(summed.last_channel_run, 0) as last_channel_run, -- #not_null
    summed.episode_start_on,
    case when lawsuits.debtor_id is not null then 5 else coalesce(summed.stage_rank, 0) end
        as episode_stage_rank,                      -- #not_null
    coalesce(summed.tone_rank, 0) as episode_tone_rank, -- #not_null
    summed.last_contact_on,
    handed_over.third_party_on,
    coalesce(unheard.n_contacts, 0) as n_unheard,   -- #not_null
    coalesce(unheard.n_channels, 0) as n_channels_unheard -- #not_null
from debtors
left join recent on recent.debtor_id = debtors.debtor_id
left join summed on summed.debtor_id = debtors.debtor_id
left join lawsuits on lawsuits.debtor_id = debtors.debtor_id
left join handed_over on handed_over.debtor_id = debtors.debtor_id
left join unheard on unheard.debtor_id = debtors.debtor_id
