-- One row per open claim.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(claim_id as varchar) as claim_id, -- #unique #not_null
    cast(p_30 as double) as p_30,
    cast(p_60 as double) as p_60,
    cast(p_90 as double) as p_90,
    cast(p_180 as double) as p_180,
    cast(p_365 as double) as p_365,
    cast(p_any_30 as double) as p_any_30,
    cast(p_any_60 as double) as p_any_60,
    cast(p_any_90 as double) as p_any_90,
    cast(p_any_180 as double) as p_any_180,
    cast(p_any_365 as double) as p_any_365,
    cast(expected_recovered as decimal(18,2)) as expected_recovered,
    cast(low as decimal(18,2)) as low,
    cast(high as decimal(18,2)) as high,
    cast(median_days as double) as median_days,
    cast(basis as varchar) as basis, -- #not_null
    cast(weight as double) as weight
from scores.recovery
order by claim_id
