-- One row per dispute known on the day, those of the journal included; an imported dispute of
-- the same claim and the same day or later stands for the journal's. What was found justified stands
-- until it is remedied: by a credit note, by an action of the ledger, or when a person says that it was put
-- right, which closes it too; a letter that was sent only announces it. What a person found of an open
-- dispute, or that it is closed (the questions dispute_founded, dispute_closed and dispute_remedied of the
-- journal), and the day of our answer to it, count where no row tells.
with said as (
    select
        claim_id,
        question,
        cast("at" as date) as said_on,
        lower(trim(answer)) in ('yes', 'oui', 'true') as is_so,
        row_number() over (partition by claim_id, question order by "at" desc, entry_id desc) as nth
    from core.decisions
    where kind = 'answer'
      and question in ('dispute_founded', 'dispute_closed', 'dispute_remedied')
      and claim_id is not null
),

told as (
    select
        dispute_id,
        claim_id,
        opened_on,
        reason,
        amount,
        grievance,
        in_writing,
        answered_on,
        founded,
        closed_on
    from staging.disputes
    union all
    select
        decisions.source_key,
        decisions.claim_id,
        cast(decisions."at" as date),
        coalesce(decisions.dispute_reason, 'other'),
        case when decisions.amount > 0 then decisions.amount end,
        decisions.note,
        cast(null as boolean),
        cast(null as date),
        cast(null as boolean),
        cast(null as date)
    from core.decisions
    left join staging.disputes
        on disputes.claim_id = decisions.claim_id
        and disputes.opened_on >= cast(decisions."at" as date)
    where decisions.kind = 'dispute'
      and decisions.claim_id is not null
      and disputes.dispute_id is null
),

replies as (
    select
        told.dispute_id,
        min(cast(actions."at" as date)) as answered_on
    from told
    join core.actions
        on actions.claim_id = told.claim_id
        and cast(actions."at" as date) >= told.opened_on
    where actions.action = 'answer_dispute'
    group by told.dispute_id
),

closings as (
    select
        told.dispute_id,
        min(said.said_on) as closed_on
    from told
    join said
        on said.claim_id = told.claim_id
        and said.said_on >= told.opened_on
    where said.question in ('dispute_closed', 'dispute_remedied') and said.nth = 1 and said.is_so
    group by told.dispute_id
),

united as (
    select
        told.dispute_id,
        told.claim_id,
        told.opened_on,
        told.reason,
        told.amount,
        told.grievance,
        told.in_writing,
        coalesce(told.answered_on, replies.answered_on) as answered_on,
        coalesce(told.founded, findings.is_so) as founded,
        coalesce(told.closed_on, closings.closed_on) as closed_on
    from told
    left join replies on replies.dispute_id = told.dispute_id
    left join said as findings
        on findings.claim_id = told.claim_id
        and findings.question = 'dispute_founded'
        and findings.nth = 1
        and findings.said_on >= told.opened_on
        and told.closed_on is null
    left join closings on closings.dispute_id = told.dispute_id
),

remedies as (
    select
        united.dispute_id,
        min(found.remedied_on) as remedied_on
    from united
    join (
        select claim_id, paid_on as remedied_on
        from core.payments
        where method in ('credit_note', 'write_off') and amount > 0
        union all
        select claim_id, cast("at" as date)
        from staging.actions
        where action = 'resolve_dispute'
        union all
        select claim_id, said_on
        from said
        where question = 'dispute_remedied' and nth = 1 and is_so
    ) as found
        on found.claim_id = united.claim_id and found.remedied_on >= united.opened_on
    where united.founded
    group by united.dispute_id
)

select
    united.dispute_id,                              -- #unique #not_null
    united.claim_id,                                -- #not_null
    claims.debtor_id,                               -- #not_null
    united.opened_on,                               -- #not_null
    united.reason,
    cast(united.amount as decimal(18, 2)) as amount, -- #nonnegative
    united.grievance,
    united.in_writing,
    united.answered_on,
    united.founded,
    united.closed_on,
    united.closed_on is null as is_open,            -- #not_null
    remedies.remedied_on,
    coalesce(united.founded, false) and remedies.remedied_on is null as is_unremedied, -- #not_null
    united.closed_on is null or coalesce(united.founded, false) and remedies.remedied_on is null
        as stands                                   -- #not_null
from united
join core.claims on claims.claim_id = united.claim_id
left join remedies on remedies.dispute_id = united.dispute_id
