-- One row per part of a credit line: the claim it settles, or none for what stays in the customer's hand.
with parts as (
    select
        pairs.credit_line,
        claim_lines.claim_id,
        sum(pairs.amount) as amount,
        case when bool_or(pairs.allocation = 'inferred') then 'inferred' else 'lettered' end as allocation
    from fec_pairs as pairs
    join fec_claim_lines as claim_lines on claim_lines.line_id = pairs.debit_line
    group by pairs.credit_line, claim_lines.claim_id

    union all

    select
        line_id as credit_line,
        null as claim_id,
        amount,
        'stated' as allocation
    from fec_residuals
    where not is_debit
),

numbered as (
    select
        parts.*,
        row_number() over (partition by credit_line order by claim_id nulls last) as nth
    from parts
)

select
    case
        when numbered.nth = 1 then numbered.credit_line
        else concat(numbered.credit_line, '#', numbered.nth)
    end as payment_id,
    numbered.claim_id,
    concat($ledger, ':', movements.customer) as debtor_id,
    $ledger as creditor_id,
    movements.entry_date as paid_on,
    cast(numbered.amount as decimal(18, 2)) as amount,
    movements.method,
    numbered.allocation,
    movements.row_number
from numbered
join fec_movements as movements on movements.line_id = numbered.credit_line
