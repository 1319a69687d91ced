-- One row per open line with how many proposals it has, and the payment by which the ledger has it
-- already.
select
    open_lines.line_id,                             -- #unique #not_null
    open_lines.account,                             -- #not_null
    open_lines.booked_on,                           -- #not_null
    cast(open_lines.amount as varchar) as amount,   -- #not_null
    open_lines.currency,                            -- #not_null
    open_lines.counterparty,
    open_lines.remittance,
    coalesce(proposed.n_proposals, 0) as n_proposals, -- #not_null
    in_ledger.payment_id as ledger_payment_id
from bank.open_lines
left join (
    select line_id, count(*) as n_proposals from bank.proposals group by line_id
) as proposed on proposed.line_id = open_lines.line_id
left join bank.in_ledger on in_ledger.line_id = open_lines.line_id
