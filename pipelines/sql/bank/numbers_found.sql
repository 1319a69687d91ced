-- One row per open line and claim whose number it holds, among the debtors that it points to.
select
    grams.line_id,                                  -- #not_null
    claim_keys.claim_id,                            -- #not_null
    bool_or(claim_keys.is_sure) as is_sure          -- #not_null
from bank.grams_by_debtor as grams
join bank.claim_keys
    on claim_keys.debtor_id = grams.debtor_id and claim_keys.gram = grams.gram
group by grams.line_id, claim_keys.claim_id
