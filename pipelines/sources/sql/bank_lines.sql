-- One row per line in scope, with its key: the account and the bank's reference, else all that
-- the line says; equal lines are told apart by their place.
create or replace temp table bank_incoming as
with said as (
    select
        row_number,
        account,
        booked_on,
        value_on,
        amount,
        coalesce(nullif(currency, ''), 'EUR') as currency,
        counterparty,
        counterparty_account,
        remittance,
        end_to_end_id,
        bank_reference,
        left(
            sha256(
                case
                    when coalesce(bank_reference, '') <> ''
                        then concat_ws(chr(31), account, booked_on, amount, bank_reference)
                    else concat_ws(
                        chr(31),
                        account,
                        booked_on,
                        amount,
                        currency,
                        '',
                        coalesce(counterparty, ''),
                        coalesce(counterparty_account, ''),
                        coalesce(remittance, ''),
                        coalesce(end_to_end_id, '')
                    )
                end
            ),
            24
        ) as digest
    from bank_cells
    where aside is null
)

select
    'B' || digest || '-' || row_number() over (partition by digest order by row_number) as line_id,
    row_number,
    account,
    booked_on,
    value_on,
    amount,
    currency,
    counterparty,
    counterparty_account,
    remittance,
    end_to_end_id,
    bank_reference
from said
