-- One row per open claim and lever that applies to it.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(claim_id as varchar) as claim_id, -- #unique(lever) #not_null
    cast(lever as varchar) as lever, -- #not_null
    cast(p_90 as double) as p_90,
    cast(p_90_after as double) as p_90_after,
    cast(cash_change as decimal(18,2)) as cash_change,
    cast(minutes as double) as minutes,
    cast(cost as decimal(18,2)) as cost, -- #nonnegative
    cast(evidence as varchar) as evidence, -- #not_null
    cast(same_way as double) as same_way
from scores.levers
order by claim_id, lever
