-- One row per open line that the ledger has already: a payment of a debtor that the line points
-- to, of its amount, at most ten days apart; or all that the debtor paid on one day.
with singles as (
    select payments.payment_id, payments.debtor_id, payments.paid_on, payments.amount
    from core.payments
    left join core.bank_allocations as allocations
        on allocations.source_key = payments.payment_id
    left join core.bank_doubles as doubles on doubles.payment_id = payments.payment_id
    where payments.is_debtor_paying
      and allocations.source_key is null
      and doubles.payment_id is null
),

paid as (
    select payment_id, debtor_id, paid_on, amount
    from singles
    union
    select min(payment_id), debtor_id, paid_on, sum(amount)
    from singles
    group by debtor_id, paid_on
)

select
    open_lines.line_id,                             -- #unique #not_null
    paid.payment_id,                                -- #not_null
    paid.debtor_id,                                 -- #not_null
    paid.paid_on                                    -- #not_null
from bank.open_lines
join bank.line_debtors on line_debtors.line_id = open_lines.line_id
join paid
    on paid.debtor_id = line_debtors.debtor_id
    and paid.amount = open_lines.amount
    and paid.paid_on between open_lines.booked_on - 10 and open_lines.booked_on + 10
qualify row_number() over (
        partition by open_lines.line_id
        order by abs(date_diff('day', open_lines.booked_on, paid.paid_on)), paid.payment_id
    ) = 1
    and row_number() over (
        partition by paid.payment_id, paid.amount
        order by abs(date_diff('day', open_lines.booked_on, paid.paid_on)), open_lines.line_id
    ) = 1
