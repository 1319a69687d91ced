-- One row per open claim whose VAT its seller may recover: the debtor is in liquidation, or an
-- enforcement failed. Lateness, reminders or an agency's certificate are no such event; where VAT
-- falls due on receipt of the price there is nothing to recover (CGI 272-1, 269-2 c). Of a title for
-- a part, an enforcement shows that part irrecoverable and no more; what a judgment refused is no
-- unpaid price at all, whatever the event.
with events as (
    select
        open_claims.claim_id,
        'liquidation' as event,
        debtors.insolvency_opened_on as event_on
    from core.open_claims
    join core.debtors on debtors.debtor_id = open_claims.debtor_id
    where debtors.insolvency_kind = 'liquidation'
      -- What was sold after the opening is paid at its day (C. com. L641-13).
      and coalesce(open_claims.issued_on, debtors.insolvency_opened_on)
          <= debtors.insolvency_opened_on
    union all
    select claim_id, 'enforcement_failed', last_legal_step_on
    from core.open_claims
    where legal_status = 'unenforceable'
),

first_events as (
    select claim_id, event, event_on
    from events
    where event_on is not null
    qualify row_number() over (partition by claim_id order by event_on, event) = 1
),

steps as (
    select
        claim_id,
        list_sort(list(strftime(taken_on, '%Y-%m-%d') || ' ' || procedure || ' ' || step)) as steps
    from core.legal_steps
    group by claim_id
),

papers as (
    select claim_id, list_sort(list(distinct kind)) as documents
    from staging.documents
    group by claim_id
),

irrecoverable as (
    select
        open_claims.claim_id,
        open_claims.amount,
        open_claims.vat_amount,
        first_events.event,
        first_events.event_on,
        case
            when first_events.event = 'enforcement_failed' or open_claims.is_rest_lost
                then coalesce(open_claims.titled_amount, open_claims.open_amount)
            else open_claims.open_amount
        end as unpaid
    from core.open_claims
    join first_events on first_events.claim_id = open_claims.claim_id
    where open_claims.vat_amount > 0
),

amounts as (
    select
        claim_id,
        event,
        event_on,
        unpaid,
        least(
            unpaid,
            cast(
                round(cast(vat_amount as double) * cast(unpaid as double) / amount, 2)
                as decimal(18, 2)
            )
        ) as vat_unpaid
    from irrecoverable
)

select
    cast($as_of as date) as as_of,                  -- #not_null
    open_claims.claim_id,                           -- #unique #not_null
    open_claims.suit_id,
    open_claims.debtor_id,                          -- #not_null
    open_claims.creditor_id,
    open_claims.invoice_number,
    open_claims.currency,                           -- #not_null
    amounts.event,                                  -- #not_null #in(liquidation, enforcement_failed)
    amounts.event_on,                               -- #not_null
    make_date(
        cast(year(amounts.event_on) + periods.years as integer), 12, 31
    ) as deadline_on,                               -- #not_null
    make_date(
        cast(year(amounts.event_on) + periods.years as integer), 12, 31
    ) >= $as_of as is_open,                         -- #not_null
    cast(amounts.unpaid - amounts.vat_unpaid as decimal(18, 2)) as net_unpaid, -- #not_null
    amounts.vat_unpaid,                             -- #not_null #positive
    coalesce(steps.steps, cast([] as varchar[])) as steps, -- #not_null
    coalesce(papers.documents, cast([] as varchar[])) as documents -- #not_null
from core.open_claims
join amounts on amounts.claim_id = open_claims.claim_id
join law.vat_relief as periods
    on periods.from_on <= amounts.event_on
    and (periods.to_on is null or periods.to_on > amounts.event_on)
left join steps on steps.claim_id = open_claims.claim_id
left join papers on papers.claim_id = open_claims.claim_id
left join staging.creditors on creditors.creditor_id = open_claims.creditor_id
where coalesce(creditors.recovers_vat, true)
  and not coalesce(creditors.vat_on_receipts, false)
  and amounts.vat_unpaid > 0
order by open_claims.claim_id
