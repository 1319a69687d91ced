-- One row per suit: the open due claims of one creditor against one debtor, in one currency.
select
    suit_id,                                        -- #unique #not_null
    creditor_id,
    debtor_id,                                      -- #not_null
    list_sort(list(claim_id)) as claim_ids,         -- #not_null
    cast(sum(open_amount) as decimal(18, 2)) as suit_amount, -- #not_null #positive
    cast(sum(open_amount_eur) as decimal(18, 2)) as suit_amount_eur, -- #not_null
    count(*) as n_claims,                           -- #not_null #positive
    min(due_on) as oldest_due_on                    -- #not_null
from core.suit_claims
group by suit_id, creditor_id, debtor_id
