-- One row per claim and way of writing its number: whole it names the claim, its last figures
-- alone (or a number so short that it may be anything) name it only beside its debtor. Numbers
-- that many claims share name none.
with written as (
    select claim_id, debtor_id, claim_id as number from core.claims
    union
    select claim_id, debtor_id, invoice_number
    from core.claims
    where invoice_number is not null
),

bare as (
    select
        claim_id,
        debtor_id,
        regexp_replace(upper(strip_accents(number)), '[^A-Z0-9]+', '', 'g') as whole,
        ltrim(regexp_extract(number, '([0-9]+)[^0-9]*$', 1), '0') as tail
    from written
),

keys as (
    select
        claim_id,
        debtor_id,
        whole as gram,
        length(whole) >= 5 and regexp_matches(whole, '[A-Z]') or length(whole) >= 6 as is_sure
    from bare
    where length(whole) between 3 and 60 and regexp_matches(whole, '[0-9]')
    union
    select claim_id, debtor_id, tail, false
    from bare
    where length(tail) between 3 and 60
)

select
    claim_id,                                       -- #not_null
    debtor_id,                                      -- #not_null
    gram,                                           -- #not_null
    bool_or(is_sure) as is_sure                     -- #not_null
from keys
group by claim_id, debtor_id, gram
qualify not bool_or(is_sure) or count(*) over (partition by gram, bool_or(is_sure)) <= 20
