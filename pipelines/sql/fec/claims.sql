-- One row per claim of the ledger, with what the ledger does not say left unknown.
with matched as (
    select
        claim_lines.claim_id,
        sum(pairs.amount) as amount,
        bool_or(pairs.allocation = 'inferred') as is_inferred
    from fec_pairs as pairs
    join fec_claim_lines as claim_lines on claim_lines.line_id = pairs.debit_line
    group by claim_lines.claim_id
),

outside as (
    select distinct claim_lines.claim_id
    from fec_residuals as residuals
    join fec_claim_lines as claim_lines on claim_lines.line_id = residuals.line_id
    where residuals.is_debit and residuals.is_outside
)

select
    claim_lines.claim_id,
    concat($ledger, ':', min(movements.customer)) as debtor_id,
    $ledger as creditor_id,
    nullif(min(movements.piece), '') as invoice_number,
    case when min(movements.kind) = 'invoice' then min(movements.issued_on) end as issued_on,
    case
        when min(movements.kind) = 'invoice' then cast(min(movements.issued_on) + to_days(cast($terms_days as integer)) as date)
    end as due_on,
    case when min(movements.kind) = 'invoice' then 'assumed' else 'unknown' end as date_basis,
    cast(sum(movements.net) as decimal(18, 2)) as amount,
    case when count(*) = 1 then min(movements.vat_amount) end as vat_amount,
    'EUR' as currency,
    case when min(movements.kind) = 'other_debit' then 'other' else 'contract' end as nature,
    min(movements.entry_date) as known_on,
    string_split(nullif(
        concat_ws(
            ';',
            case when outside.claim_id is not null then 'lettered_outside_file' end,
            case when min(movements.kind) = 'opening' then 'opening_balance' end,
            case when matched.is_inferred then 'inferred_allocation' end
        ),
        ''
    ), ';') as marks,
    min(movements.row_number) as row_number
from fec_claim_lines as claim_lines
join fec_movements as movements on movements.line_id = claim_lines.line_id
left join matched on matched.claim_id = claim_lines.claim_id
left join outside on outside.claim_id = claim_lines.claim_id
group by claim_lines.claim_id, outside.claim_id, matched.is_inferred
