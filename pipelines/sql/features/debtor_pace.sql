-- One row per debtor: its settlements and payments beside those that the ledger's pace would have
-- brought in the same weeks. Their ratio says how fast a debtor pays whether its claims are
-- settled or open, old or new: an average of what was paid forgets what was not.
with bounds as (
    select
        exposures.claim_id,
        exposures.debtor_id,
        exposures.is_paid,
        ends.settled - starts.settled as expected_settled,
        ends.paid - starts.paid as expected_payments
    from features.claim_exposures as exposures
    join features.weekly_pace as ends on ends.week = exposures.last_week
    join features.weekly_pace as starts on starts.week = exposures.first_week - 1
    where exposures.last_week >= exposures.first_week
),

receipts as (
    select exposures.debtor_id, count(*) as n
    from core.payments
    join features.claim_exposures as exposures on exposures.claim_id = payments.claim_id
    where payments.is_debtor_paying
      and payments.amount > 0
      and floor(date_diff('day', exposures.due_on, payments.paid_on) / 7)
        between exposures.first_week and exposures.last_week
    group by exposures.debtor_id
),

by_debtor as (
    select
        debtor_id,
        count(*) filter (where is_paid) as n_settled,
        sum(expected_settled) as expected_settled,
        sum(expected_payments) as expected_payments
    from bounds
    group by debtor_id
)

select
    by_debtor.debtor_id,                            -- #unique #not_null
    by_debtor.n_settled,                            -- #not_null
    by_debtor.expected_settled,                     -- #not_null #nonnegative
    coalesce(receipts.n, 0) as n_payments,          -- #not_null
    by_debtor.expected_payments                     -- #not_null #nonnegative
from by_debtor
left join receipts on receipts.debtor_id = by_debtor.debtor_id
