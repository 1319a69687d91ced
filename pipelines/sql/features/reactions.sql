-- One row per reaction of a debtor known on the day, silence included: what it answered to, and how.
-- An answer noted on several claims at once is one. A contact without any reaction within two weeks
-- was met with silence, where the ledger writes reactions down at all.
with answers as (
    select
        interactions.debtor_id,
        interactions."at",
        interactions.outcome,
        max(interactions.channel) as channel,
        max(interactions.action_id) as action_id,
        max(interactions.note) as note
    from core.interactions
    group by interactions.debtor_id, interactions."at", interactions.outcome
),

contacts as (
    select
        actions.debtor_id,
        actions.contact_group_id,
        min(actions."at") as "at",
        max(actions.channel) as channel,
        max(coalesce(actions.tone_rank >= 3 or actions.stage_rank >= 3, false)) as is_firm
    from core.actions
    where actions.is_contact
    group by actions.debtor_id, actions.contact_group_id
),

-- The contact before an answer, at most a month before it.
before as (
    select
        answers.debtor_id,
        answers."at",
        answers.outcome,
        contacts.is_firm,
        row_number() over (
            partition by answers.debtor_id, answers."at", answers.outcome
            order by contacts."at" desc, contacts.contact_group_id desc
        ) as place
    from answers
    join contacts
        on contacts.debtor_id = answers.debtor_id
        and contacts."at" <= answers."at"
        and contacts."at" >= answers."at" - interval 30 day
),

answered as (
    select
        answers.debtor_id,
        answers."at",
        answers.outcome,
        answers.channel,
        answers.note,
        coalesce(
            named.tone_rank >= 3 or named.stage_rank >= 3,
            before.is_firm,
            false
        ) as is_after_firm
    from answers
    left join core.actions as named on named.action_id = answers.action_id
    left join before
        on before.debtor_id = answers.debtor_id
        and before."at" = answers."at"
        and before.outcome = answers.outcome
        and before.place = 1
),

-- Where hardly a contact has a reaction, reactions are not written down, and silence says nothing.
written as (
    select
        (select count(*) from answers where outcome <> 'no_answer')
        >= 0.1 * (select count(*) from contacts) as is_written
),

silent as (
    select
        contacts.debtor_id,
        contacts."at",
        contacts.channel,
        bool_or(contacts.is_firm) as is_after_firm
    from contacts
    cross join written
    left join answers
        on answers.debtor_id = contacts.debtor_id
        and answers."at" >= contacts."at"
        and answers."at" <= contacts."at" + interval 14 day
    where answers.debtor_id is null
      and written.is_written
      and contacts."at" + interval 14 day < cast($as_of as timestamp) + interval 1 day
    group by contacts.debtor_id, contacts."at", contacts.channel
),

united as (
    select
        answered.debtor_id,
        answered."at",
        answered.outcome,
        answered.channel,
        answered.is_after_firm,
        answered.note
    from answered
    union all
    select
        silent.debtor_id,
        silent."at",
        'no_answer',
        silent.channel,
        silent.is_after_firm,
        cast(null as varchar)
    from silent
)

select
    united.debtor_id,                               -- #unique(at, outcome, channel) #not_null
    united."at",                                    -- #not_null
    united.outcome,                                 -- #not_null
    coalesce(united.channel, '') as channel,        -- #not_null
    united.is_after_firm,                           -- #not_null
    united.note,
    -- A message without an answer may not have been read. What is old weighs less, 2 % a week.
    cast(
        case
            when united.outcome = 'no_answer' and united.channel not in ('phone', 'visit') then 0.35
            else 1.0
        end
        * power(0.98, greatest(date_diff('day', cast(united."at" as date), $as_of), 0) / 7.0)
        as double
    ) as weight                                     -- #not_null
from united
