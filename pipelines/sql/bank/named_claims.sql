-- One row per open line and open claim that it names, with what is open of those named up to it
-- (oldest first) and in all; at most fifty.
with named as (
    select
        to_match.line_id,
        to_match.debtor_id,
        to_match.amount,
        open_claims.claim_id,
        open_claims.open_amount,
        open_claims.place,
        numbers_found.is_sure
    from bank.numbers_found
    join bank.open_claims on open_claims.claim_id = numbers_found.claim_id
    join bank.to_match
        on to_match.line_id = numbers_found.line_id
        and to_match.debtor_id = open_claims.debtor_id
        and to_match.currency = open_claims.currency
),

-- Last figures alone say little where whole numbers speak.
spoken as (
    select line_id, debtor_id, amount, claim_id, open_amount, place, is_sure
    from named
    qualify is_sure or not bool_or(is_sure) over (partition by line_id, debtor_id)
)

select
    line_id,                                        -- #not_null
    debtor_id,                                      -- #not_null
    amount,                                         -- #not_null
    claim_id,                                       -- #not_null
    open_amount,                                    -- #not_null
    is_sure,                                        -- #not_null
    row_number() over ordered as place,             -- #not_null
    sum(open_amount) over (ordered rows between unbounded preceding and current row) as named_so_far,
    sum(open_amount) over (partition by line_id, debtor_id) as named_in_all
from spoken
window ordered as (partition by line_id, debtor_id order by place, claim_id)
