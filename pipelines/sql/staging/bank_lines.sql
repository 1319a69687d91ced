-- One row per bank line booked by the day.
select
    line_id,                                        -- #unique #not_null
    account,                                        -- #not_null
    booked_on,                                      -- #not_null
    amount,                                         -- #not_null
    coalesce(currency, 'EUR') as currency,          -- #not_null
    counterparty,
    counterparty_account,
    remittance,
    end_to_end_id,
    bank_reference,
    deleted_on
from ledger.bank_lines
where booked_on <= $as_of
