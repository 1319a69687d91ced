-- One row per open line, debtor and set of two to four of its twelve oldest open claims whose
-- balances add up to the line exactly; for the three debtors it points to best.
with sought as (
    select line_id, debtor_id, amount, currency
    from bank.to_match
    qualify row_number() over (
        partition by line_id
        order by names_invoice desc, names_siren desc, same_account desc, name_share desc, debtor_id
    ) <= 3
),

of_few as (
    select debtor_id, currency, claim_id, open_amount, place
    from bank.open_claims
    where place <= 12 and n_open >= 3
),

ones as (
    select
        sought.line_id,
        sought.debtor_id,
        sought.currency,
        sought.amount - of_few.open_amount as rest,
        of_few.place,
        [of_few.claim_id] as claim_ids,
        [of_few.open_amount] as amounts
    from sought
    join of_few
        on of_few.debtor_id = sought.debtor_id
        and of_few.currency = sought.currency
        and of_few.open_amount < sought.amount
),

twos as (
    select
        ones.line_id,
        ones.debtor_id,
        ones.currency,
        ones.rest - of_few.open_amount as rest,
        of_few.place,
        list_append(ones.claim_ids, of_few.claim_id) as claim_ids,
        list_append(ones.amounts, of_few.open_amount) as amounts
    from ones
    join of_few
        on of_few.debtor_id = ones.debtor_id
        and of_few.currency = ones.currency
        and of_few.place > ones.place
        and of_few.open_amount <= ones.rest
),

threes as (
    select
        twos.line_id,
        twos.debtor_id,
        twos.currency,
        twos.rest - of_few.open_amount as rest,
        of_few.place,
        list_append(twos.claim_ids, of_few.claim_id) as claim_ids,
        list_append(twos.amounts, of_few.open_amount) as amounts
    from twos
    join of_few
        on of_few.debtor_id = twos.debtor_id
        and of_few.currency = twos.currency
        and of_few.place > twos.place
        and of_few.open_amount <= twos.rest
),

fours as (
    select
        threes.line_id,
        threes.debtor_id,
        list_append(threes.claim_ids, of_few.claim_id) as claim_ids,
        list_append(threes.amounts, of_few.open_amount) as amounts
    from threes
    join of_few
        on of_few.debtor_id = threes.debtor_id
        and of_few.currency = threes.currency
        and of_few.place > threes.place
        and of_few.open_amount = threes.rest
),

found as (
    select line_id, debtor_id, claim_ids, amounts from twos where rest = 0
    union all
    select line_id, debtor_id, claim_ids, amounts from threes where rest = 0
    union all
    select line_id, debtor_id, claim_ids, amounts from fours
)

select
    line_id,                                        -- #not_null
    debtor_id,                                      -- #not_null
    claim_ids,                                      -- #not_null
    amounts,                                        -- #not_null
    count(*) over (partition by line_id, debtor_id) as n_fits -- #not_null
from found
qualify row_number() over (
    partition by line_id, debtor_id order by length(claim_ids), claim_ids
) = 1
