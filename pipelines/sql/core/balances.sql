-- One row per claim: what the debtor paid, what else reduced it, what is open, and since when
-- nothing is.
with by_day as (
    select
        claim_id,
        paid_on,
        sum(amount) as received,
        coalesce(sum(amount) filter (where is_debtor_paying), 0) as paid,
        count(*) filter (where is_debtor_paying and amount > 0) as n_payments,
        bool_or(method = 'write_off' and amount > 0) as has_write_off
    from core.payments
    where claim_id is not null
    group by claim_id, paid_on
),

running as (
    select
        by_day.claim_id,
        by_day.paid_on,
        by_day.paid,
        by_day.received,
        by_day.n_payments,
        by_day.has_write_off,
        claims.amount - sum(by_day.received) over (
            partition by by_day.claim_id
            order by by_day.paid_on
            rows between unbounded preceding and current row
        ) as balance
    from by_day
    join core.claims on claims.claim_id = by_day.claim_id
),

totals as (
    select
        claim_id,
        sum(paid) as paid,
        sum(received) as received,
        sum(n_payments) as n_payments,
        max(paid_on) filter (where n_payments > 0) as last_paid_on,
        max(paid_on) filter (where balance > 0) as last_open_on
    from running
    group by claim_id
),

-- The first day after which nothing was ever open again.
settlements as (
    select
        running.claim_id,
        min(running.paid_on) as settled_on,
        arg_min(
            case
                when running.has_write_off then 'write_off'
                when running.paid > 0 then 'payment'
                else 'credit'
            end,
            running.paid_on
        ) as settled_by
    from running
    join totals on totals.claim_id = running.claim_id
    where totals.last_open_on is null or running.paid_on > totals.last_open_on
    group by running.claim_id
)

select
    claims.claim_id,                                -- #unique #not_null
    cast(coalesce(totals.paid, 0) as decimal(18, 2)) as paid, -- #not_null
    cast(coalesce(totals.received - totals.paid, 0) as decimal(18, 2)) as credited, -- #not_null
    cast(greatest(claims.amount - coalesce(totals.received, 0), 0) as decimal(18, 2))
        as open_amount,                             -- #not_null #nonnegative
    cast(greatest(coalesce(totals.received, 0) - claims.amount, 0) as decimal(18, 2))
        as overpaid,                                -- #not_null #nonnegative
    cast(coalesce(totals.n_payments, 0) as bigint) as n_payments, -- #not_null
    totals.last_paid_on,
    -- A claim of nothing was never open: it is settled from its first day.
    case
        when claims.amount = 0 and totals.claim_id is null
            then coalesce(claims.issued_on, claims.known_on)
        else settlements.settled_on
    end as settled_on,
    case when claims.amount = 0 and totals.claim_id is null then 'credit' else settlements.settled_by end
        as settled_by                               -- #in(payment, credit, write_off)
from core.claims
left join totals on totals.claim_id = claims.claim_id
left join settlements on settlements.claim_id = claims.claim_id
