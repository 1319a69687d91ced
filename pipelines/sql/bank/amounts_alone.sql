-- One row per open line that points to no debtor and open claim of exactly its amount; none where
-- more than five claims have that amount.
with alone as (
    select open_lines.line_id, open_lines.amount, open_lines.currency
    from bank.open_lines
    left join (select distinct line_id from bank.line_debtors) as pointed
        on pointed.line_id = open_lines.line_id
    where pointed.line_id is null and open_lines.amount > 0
),

few as (
    select claim_id, debtor_id, currency, open_amount
    from bank.open_claims
    qualify count(*) over (partition by currency, open_amount) <= 5
)

select
    alone.line_id,                                  -- #not_null
    few.debtor_id,                                  -- #not_null
    few.claim_id,                                   -- #not_null
    few.open_amount,                                -- #not_null
    count(*) over (partition by alone.line_id) as n_fits -- #not_null
from alone
join few on few.currency = alone.currency and few.open_amount = alone.amount
