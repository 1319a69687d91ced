-- One row per row of the list: what it is, its debtor, its amount over both columns.
with amounts as (
    select
        *,
        debtor_id as given_debtor,
        case
            when $ids_are_names
                then upper(strip_accents(trim(regexp_replace(debtor_id, '\s+', ' ', 'g'))))
            when debtor_id = ''
                then upper(strip_accents(trim(regexp_replace("debtors.name", '\s+', ' ', 'g'))))
            else debtor_id
        end as debtor,
        case
            when claim_id = '' and not $has_numbers then 'line ' || row_number::varchar
            else claim_id
        end as number,
        case
            when credit = '' or (credit_cents is not null and amount_cents is null and amount <> '')
                then amount
            when credit_cents is null then credit
            else (coalesce(amount_cents, 0) - credit_cents)::varchar
        end as total,
        case
            when credit = '' then amount_cents
            when credit_cents is not null and (amount = '' or amount_cents is not null)
                then coalesce(amount_cents, 0) - credit_cents
        end as cents,
        lower(strip_accents(document_type)) as kind,
        lower(strip_accents(status)) as state
    from ledger_parsed
)

select
    * exclude (claim_id, debtor_id, amount),
    regexp_matches(state, $cancelled) as is_cancelled,
    regexp_matches(state, $paid) as is_paid,
    regexp_matches(kind, $receipt) as is_receipt,
    case
        when is_header then 'title'
        when
            ((issued_on = '' and due_on = '') or claim_id = '')
            and (issued_on = '' or not $has_dates)
            and (
                regexp_matches(first_cell, $total)
                or regexp_matches(lower(strip_accents(claim_id)), $total)
                or regexp_matches(lower(strip_accents(debtor_id)), $total)
            )
            then 'total'
        when claim_id = '' and total = '' and issued_on = '' and due_on = '' then 'title'
        when regexp_matches(state, $draft) then 'draft'
        when
            not (cents < 0 or regexp_matches(kind, $credit) or regexp_matches(kind, $receipt))
            or cents is null
            then 'claim'
        when balance_cents = 0 then 'used'
        when balance_cents is null and (closed_on <> '' or regexp_matches(state, $paid))
            then 'used'
        else 'credit'
    end as part
from amounts
