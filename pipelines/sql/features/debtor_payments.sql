-- One row per debtor with a claim: how it paid until the day.
with claims as (
    select
        claims.debtor_id,
        claims.issued_on,
        case
            when balances.settled_by = 'payment' then date_diff('day', claims.due_on, balances.settled_on)
        end as delay_days,
        balances.settled_by = 'payment' as is_paid,
        balances.open_amount > 0 as is_open,
        balances.open_amount > 0 and claims.due_on < $as_of as is_overdue,
        case when balances.open_amount > 0 then date_diff('day', claims.due_on, $as_of) end
            as days_overdue,
        cast(balances.open_amount as double) * claims.eur_per_unit as open_eur,
        claims.creditor_id
    from core.claims
    join core.balances on balances.claim_id = claims.claim_id
    where claims.amount > 0
),

by_debtor as (
    select
        debtor_id,
        count(*) filter (where is_paid) as n_settled,
        count(*) filter (where delay_days > 0) as n_settled_late,
        avg(cast(delay_days > 0 as integer)) as late_share,
        avg(delay_days) as mean_delay_days,
        stddev_samp(delay_days) as delay_spread_days,
        count(*) filter (where delay_days between 1 and 30) as n_small_delays,
        count(*) filter (where is_open) as n_open,
        count(*) filter (where is_overdue) as n_overdue,
        coalesce(sum(open_eur), 0) as open_eur,
        coalesce(sum(open_eur) filter (where is_overdue), 0) as overdue_eur,
        max(days_overdue) filter (where is_overdue) as oldest_overdue_days,
        date_diff('day', min(issued_on), $as_of) as tenure_days,
        count(distinct creditor_id) as n_creditors
    from claims
    group by debtor_id
),

-- Payments too small to settle the claim at once.
receipts as (
    select
        payments.debtor_id,
        count(*) filter (where payments.paid_on > $as_of - 30) as n_payments_30,
        count(*) filter (where payments.paid_on > $as_of - 90) as n_payments_90,
        count(*) filter (where payments.paid_on > $as_of - 365) as n_payments_365,
        date_diff('day', max(payments.paid_on), $as_of) as days_since_payment,
        count(*) filter (
            where payments.claim_id is not null
              and (balances.settled_on is null or payments.paid_on < balances.settled_on)
        ) as n_partial_payments,
        max(payments.paid_on) filter (
            where payments.claim_id is not null
              and (balances.settled_on is null or payments.paid_on < balances.settled_on)
        ) as last_partial_payment_on
    from core.payments
    left join core.balances on balances.claim_id = payments.claim_id
    where payments.is_debtor_paying and payments.amount > 0
    group by payments.debtor_id
),

disputes as (
    select debtor_id, count(*) as n_disputes from core.disputes group by debtor_id
)

select
    by_debtor.debtor_id,                            -- #unique #not_null
    by_debtor.n_settled,                            -- #not_null
    by_debtor.n_settled_late,                       -- #not_null
    by_debtor.late_share,
    by_debtor.mean_delay_days,
    by_debtor.delay_spread_days,
    by_debtor.n_small_delays,                       -- #not_null
    by_debtor.n_open,                               -- #not_null
    by_debtor.n_overdue,                            -- #not_null
    by_debtor.open_eur,                             -- #not_null
    by_debtor.overdue_eur,                          -- #not_null
    by_debtor.oldest_overdue_days,
    by_debtor.tenure_days,
    by_debtor.n_creditors,                          -- #not_null
    coalesce(receipts.n_payments_30, 0) as n_payments_30, -- #not_null
    coalesce(receipts.n_payments_90, 0) as n_payments_90, -- #not_null
    coalesce(receipts.n_payments_365, 0) as n_payments_365, -- #not_null
    receipts.days_since_payment,
    coalesce(receipts.n_partial_payments, 0) as n_partial_payments, -- #not_null
    receipts.last_partial_payment_on,
    coalesce(disputes.n_disputes, 0) as n_disputes  -- #not_null
from by_debtor
left join receipts on receipts.debtor_id = by_debtor.debtor_id
left join disputes on disputes.debtor_id = by_debtor.debtor_id
