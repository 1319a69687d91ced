-- One row per payment made by the day, and one for the remainder of each closed claim. A
-- payment whose claim is not known on the day stays on account of its debtor. A bank line that
-- a person matched is a payment until the ledger brings it.
with paid as (
    select payment_id, claim_id, debtor_id, creditor_id, currency, paid_on, amount, method, allocation
    from staging.payments
    union all
    select
        allocations.source_key,
        allocations.claim_id,
        allocations.debtor_id,
        allocations.creditor_id,
        allocations.currency,
        allocations.booked_on,
        allocations.amount,
        'transfer',
        'stated'
    from core.bank_allocations as allocations
    left join core.contradictions on contradictions.source_key = allocations.source_key
    where contradictions.source_key is null
),

taken as (
    select
        paid.payment_id,
        claims.claim_id,
        coalesce(claims.debtor_id, paid.debtor_id) as debtor_id,
        coalesce(claims.creditor_id, paid.creditor_id) as creditor_id,
        paid.currency,
        paid.paid_on,
        paid.amount,
        paid.method,
        paid.allocation
    from paid
    left join core.claims on claims.claim_id = paid.claim_id
),

-- Later money shrinks the remainder; a later reversal reopens the claim.
closings as (
    select
        claims.claim_id,
        claims.debtor_id,
        claims.creditor_id,
        claims.currency,
        claims.closed_on,
        coalesce(claims.closed_as, 'paid') as closed_as,
        claims.amount - coalesce(
            sum(taken.amount) filter (where taken.paid_on <= claims.closed_on or taken.amount > 0), 0
        ) as remainder
    from core.claims
    left join taken on taken.claim_id = claims.claim_id
    where claims.closed_on is not null
    group by
        claims.claim_id,
        claims.debtor_id,
        claims.creditor_id,
        claims.currency,
        claims.closed_on,
        claims.closed_as,
        claims.amount
    having remainder > 0
)

select
    payment_id,                                     -- #unique #not_null
    claim_id,
    debtor_id,                                      -- #not_null
    creditor_id,
    currency,                                       -- #not_null
    paid_on,                                        -- #not_null
    cast(amount as decimal(18, 2)) as amount,       -- #not_null
    method,                                         -- #not_null
    method not in ('credit_note', 'write_off', 'set_off') as is_debtor_paying, -- #not_null
    allocation                                      -- #not_null #in(stated, lettered, inferred)
from taken
union all
select
    claim_id || '#closing',
    claim_id,
    debtor_id,
    creditor_id,
    currency,
    closed_on,
    cast(remainder as decimal(18, 2)),
    case closed_as when 'paid' then 'other' when 'cancelled' then 'credit_note' else 'write_off' end,
    closed_as = 'paid',
    'stated'
from closings
