-- One row per payment: what a balance shows as paid, and each credit note or receipt.
select
    row_number,
    identifier || '#paid' as payment_id,
    identifier as claim_id,
    '' as debtor_id,
    '' as creditor_id,
    greatest($latest, issued_on) as paid_on,
    case
        when balance = '' then cents::varchar
        when balance_cents is null then balance
        else (cents - balance_cents)::varchar
    end as amount,
    '' as method,
    true as is_dated_here
from ledger_named
where
    part = 'claim'
    and $has_balances
    and closed_on = ''
    and not is_cancelled
    and cents is not null
    and (
        (balance = '' and is_paid)
        or (balance <> '' and (balance_cents is null or balance_cents < cents))
    )

union all

select
    row_number,
    identifier as payment_id,
    '' as claim_id,
    debtor as debtor_id,
    creditor_id,
    case when issued_on = '' then due_on else issued_on end as paid_on,
    abs(case when balance_cents is null then cents else balance_cents end)::varchar as amount,
    case when is_receipt then '' else 'credit_note' end as method,
    false as is_dated_here
from ledger_named
where part = 'credit'
