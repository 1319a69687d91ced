-- One row per measure, feature and segment watched by the run, the worst first.
select
    measure,
    feature,
    segment,
    n,
    figure,
    low,
    high,
    level
from mart.watch
order by case level when 'alarm' then 0 when 'warn' then 1 else 2 end, figure desc, feature, segment
