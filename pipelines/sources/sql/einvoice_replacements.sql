-- One row per invoice that a correction replaces: what other credits leave of it is credited on
-- the day of the first correction.
with credited as (
    select claim_id, sum(amount) as amount
    from main.payments
    where deleted_on is null
      and (method = 'credit_note' or payment_id = claim_id || '#prepaid')
      and not contains(payment_id, '#replaced-by/')
    group by claim_id
),

first_corrections as (
    select
        targets.claim_id,
        targets.amount,
        corrections.claim_id as correction_id,
        corrections.debtor_id,
        corrections.creditor_id,
        corrections.issued_on
    from einvoice_targets as targets
    join main.claims as corrections on corrections.claim_id = targets.row_key
    where targets.kind = 'correction'
      and corrections.deleted_on is null
      and corrections.issued_on is not null
    qualify row_number() over (
        partition by targets.claim_id order by corrections.issued_on, corrections.claim_id
    ) = 1
),

wanted as (
    select
        first_corrections.claim_id || '#replaced-by/' || first_corrections.correction_id
            as payment_id,
        first_corrections.claim_id,
        first_corrections.debtor_id,
        first_corrections.creditor_id,
        first_corrections.issued_on as paid_on,
        greatest(first_corrections.amount - coalesce(credited.amount, 0), 0)::decimal(18, 2)
            as amount,
        'credit_note' as method,
        cast(null as bigint) as row_number,
        first_corrections.correction_id
    from first_corrections
    left join credited on credited.claim_id = first_corrections.claim_id
)

select wanted.*
from wanted
left join main.payments on payments.payment_id = wanted.payment_id
where wanted.amount is distinct from coalesce(payments.amount, 0)
