-- One row per measure, feature and segment of the recovery model in use.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(measure as varchar) as measure, -- #not_null
    cast(feature as varchar) as feature, -- #not_null
    cast(segment as varchar) as segment, -- #not_null
    cast(n as bigint) as n, -- #not_null
    cast(figure as double) as figure, -- #not_null
    cast(low as double) as low,
    cast(high as double) as high,
    cast(level as varchar) as level -- #not_null
from scores.watch
order by measure, feature, segment
