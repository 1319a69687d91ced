-- One row per partner, kind of work and measure.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(partner_id as varchar) as partner_id, -- #unique(work, measure) #not_null
    cast(work as varchar) as work, -- #not_null
    cast(measure as varchar) as measure, -- #not_null
    cast(n as bigint) as n, -- #not_null
    cast(observed as double) as observed,
    cast(expected as double) as expected,
    cast(value as double) as value,
    cast(low as double) as low,
    cast(high as double) as high,
    cast(usual as double) as usual,
    cast(ratio as double) as ratio
from scores.partner_results
order by partner_id, work, measure
