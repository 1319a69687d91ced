-- One row per claim (or account) and bank line that a person said it pays; the last word on a
-- line counts. With fault_on the line itself speaks against it: it is withdrawn, it is smaller
-- than what was shared out, or its currency is another.
with said as (
    select source_key, entry_id, subject_id as line_id, claim_id, debtor_id, amount, answer
    from staging.decisions
    where kind = 'answer' and question = 'bank_match' and subject_type = 'bank_line'
    qualify dense_rank() over (partition by subject_id order by "at" desc, entry_id desc) = 1
),

shared as (
    select
        said.source_key,
        said.entry_id,
        said.line_id,
        said.claim_id,
        said.debtor_id,
        said.amount,
        lines.booked_on,
        lines.currency,
        lines.amount as line_amount,
        lines.deleted_on,
        claims.creditor_id,
        coalesce(claims.currency, lines.currency) <> lines.currency as is_foreign,
        sum(said.amount) over (partition by said.entry_id) as total
    from said
    join staging.bank_lines as lines on lines.line_id = said.line_id
    join staging.debtors on debtors.debtor_id = said.debtor_id
    left join ledger.claims on claims.claim_id = said.claim_id
    where said.answer = 'confirm'
)

select
    source_key,                                     -- #unique #not_null
    entry_id,                                       -- #not_null
    line_id,                                        -- #not_null
    claim_id,
    debtor_id,                                      -- #not_null
    creditor_id,
    currency,                                       -- #not_null
    booked_on,                                      -- #not_null
    cast(amount * sign(line_amount) as decimal(18, 2)) as amount, -- #not_null
    case
        when deleted_on <= $as_of then deleted_on
        when total > abs(line_amount) or bool_or(is_foreign) over (partition by entry_id)
            then booked_on
    end as fault_on
from shared
