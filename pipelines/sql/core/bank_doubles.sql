-- One row per share of a bank line that the ledger brings as well, with the payment that does:
-- the same debtor and amount, at most ten days apart; the same claim and the nearest day first.
-- What no single payment explains may be all that the ledger has of the debtor on one day.
with booked as (
    select
        payment_id,
        claim_id,
        debtor_id,
        paid_on,
        amount,
        row_number() over (partition by debtor_id, claim_id, amount, paid_on order by payment_id)
            as place
    from staging.payments
    where method not in ('credit_note', 'write_off', 'set_off') and debtor_id is not null
),

-- Equal rows of one day are told apart by their place, so that two and two make two pairs.
shares as (
    select
        source_key,
        entry_id,
        claim_id,
        debtor_id,
        booked_on,
        amount,
        row_number() over (partition by debtor_id, claim_id, amount, booked_on order by source_key)
            as place
    from core.bank_allocations
    where fault_on is null
),

pairs as (
    select
        shares.source_key,
        booked.payment_id,
        booked.paid_on,
        row(
            case when booked.claim_id = shares.claim_id then 0 else 1 end,
            abs(date_diff('day', shares.booked_on, booked.paid_on)),
            abs(shares.place - booked.place),
            booked.payment_id,
            shares.source_key
        ) as closeness
    from shares
    join booked
        on booked.debtor_id = shares.debtor_id
        and booked.amount = shares.amount
        and booked.paid_on between shares.booked_on - 10 and shares.booked_on + 10
),

-- Who is nearest to whom, both ways; then once more among those left over.
first_round as (
    select source_key, payment_id, paid_on
    from pairs
    qualify row_number() over (partition by source_key order by closeness) = 1
        and row_number() over (partition by payment_id order by closeness) = 1
),

second_round as (
    select pairs.source_key, pairs.payment_id, pairs.paid_on
    from pairs
    left join first_round as taken on taken.source_key = pairs.source_key
    left join first_round as used on used.payment_id = pairs.payment_id
    where taken.source_key is null and used.payment_id is null
    qualify row_number() over (partition by pairs.source_key order by pairs.closeness) = 1
        and row_number() over (partition by pairs.payment_id order by pairs.closeness) = 1
),

single as (
    select source_key, payment_id, paid_on from first_round
    union all
    select source_key, payment_id, paid_on from second_round
),

whole_lines as (
    select
        shares.entry_id,
        shares.debtor_id,
        min(shares.booked_on) as booked_on,
        sum(shares.amount) as amount
    from shares
    left join single on single.source_key = shares.source_key
    group by shares.entry_id, shares.debtor_id
    having count(single.source_key) = 0
),

left_over as (
    select booked.debtor_id, booked.paid_on, booked.payment_id, booked.amount
    from booked
    left join single on single.payment_id = booked.payment_id
    where single.payment_id is null
),

-- The whole line in one payment, or in all that is left of a day.
whole_days as (
    select debtor_id, paid_on, payment_id, amount
    from left_over
    union
    select debtor_id, paid_on, min(payment_id), sum(amount)
    from left_over
    group by debtor_id, paid_on
),

by_day as (
    select whole_lines.entry_id, whole_lines.debtor_id, whole_days.payment_id, whole_days.paid_on
    from whole_lines
    join whole_days
        on whole_days.debtor_id = whole_lines.debtor_id
        and whole_days.amount = whole_lines.amount
        and whole_days.paid_on between whole_lines.booked_on - 10 and whole_lines.booked_on + 10
    qualify row_number() over (
            partition by whole_lines.entry_id, whole_lines.debtor_id
            order by abs(date_diff('day', whole_lines.booked_on, whole_days.paid_on)),
                whole_days.paid_on, whole_days.payment_id, whole_days.amount
        ) = 1
        and row_number() over (
            partition by whole_lines.debtor_id, whole_days.payment_id, whole_days.amount
            order by abs(date_diff('day', whole_lines.booked_on, whole_days.paid_on)),
                whole_lines.entry_id
        ) = 1
)

select
    source_key,                                     -- #unique #not_null
    payment_id,                                     -- #not_null
    paid_on                                         -- #not_null
from single
union all
select shares.source_key, by_day.payment_id, by_day.paid_on
from shares
join by_day on by_day.entry_id = shares.entry_id and by_day.debtor_id = shares.debtor_id
