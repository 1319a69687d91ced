-- One row per open line and debtor it points to, unless the ledger has the line already.
select
    open_lines.line_id,                             -- #not_null
    open_lines.amount,                              -- #not_null #positive
    open_lines.currency,                            -- #not_null
    line_debtors.debtor_id,                         -- #not_null
    line_debtors.names_invoice,
    line_debtors.names_siren,
    line_debtors.same_account,
    line_debtors.name_share
from bank.open_lines
join bank.line_debtors on line_debtors.line_id = open_lines.line_id
left join bank.in_ledger on in_ledger.line_id = open_lines.line_id
where in_ledger.line_id is null and open_lines.amount > 0
