-- One row per ledger row that shows a reason of a claim, by kind of proof, newest first.
with this_claim as (
    select claim_id, debtor_id from core.claims where claim_id = $claim_id
),

shown as (
    select
        'settled' as proof,
        coalesce(c.invoice_number, c.claim_id) as name,
        b.settled_on as happened_on,
        c.amount,
        c.currency,
        case
            when date_diff('day', c.due_on, b.settled_on) > 0 then 'late'
            when c.due_on is not null then 'on_time'
        end as state,
        date_diff('day', c.due_on, b.settled_on) as days
    from core.claims as c
    join core.balances as b on b.claim_id = c.claim_id
    where c.debtor_id = (select debtor_id from this_claim) and b.settled_by = 'payment'

    union all

    select
        'open',
        coalesce(c.invoice_number, c.claim_id),
        c.due_on,
        b.open_amount,
        c.currency,
        case when m.days_overdue > 0 then 'late' else 'not_due' end,
        m.days_overdue
    from core.claims as c
    join core.balances as b on b.claim_id = c.claim_id
    join mart.claims as m on m.claim_id = c.claim_id
    where c.debtor_id = (select debtor_id from this_claim)

    union all

    select 'payments', coalesce(p.claim_id, p.payment_id), p.paid_on, p.amount, c.currency,
        p.method, null
    from core.payments as p
    left join core.claims as c on c.claim_id = p.claim_id
    where p.debtor_id = (select debtor_id from this_claim) and p.is_debtor_paying

    union all

    select 'promises', p.promise_id, p.due_on, p.amount, c.currency, p.status, null
    from core.promises as p
    join core.claims as c on c.claim_id = p.claim_id
    where p.claim_id = $claim_id

    union all

    select 'plans', p.plan_id, p.agreed_on, null, null, p.status, null
    from core.plans as p
    where p.claim_id = $claim_id

    union all

    select 'disputes', coalesce(c.invoice_number, c.claim_id), d.opened_on, d.amount, c.currency,
        d.reason, null
    from core.disputes as d
    join core.claims as c on c.claim_id = d.claim_id
    where d.debtor_id = (select debtor_id from this_claim)

    union all

    select 'answers', i.interaction_id, cast(i."at" as date), null, null, i.outcome, null
    from core.interactions as i
    where i.claim_id = $claim_id

    union all

    select 'insolvencies', i.debtor_id, i.opened_on, null, null, i.kind, null
    from core.insolvencies as i
    where i.debtor_id = (select debtor_id from this_claim)

    union all

    select 'documents', d.document_id, d.dated_on, null, null, d.kind, null
    from staging.documents as d
    where d.claim_id = $claim_id

    union all

    select 'claim', coalesce(c.invoice_number, c.claim_id), c.due_on, c.amount, c.currency,
        c.date_basis, m.days_overdue
    from core.claims as c
    left join mart.claims as m on m.claim_id = c.claim_id
    where c.claim_id = $claim_id
)

select
    proof,
    name,
    happened_on,
    amount,
    currency,
    state,
    days,
    count(*) over (partition by proof) as n_rows
from shown
qualify row_number() over (partition by proof order by happened_on desc nulls last, name) <= 100
order by proof, happened_on desc nulls last, name
