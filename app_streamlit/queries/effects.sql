-- One row per effect of acting in use on the day: those the logs show first, then the most seen.
select *
from mart.effects
order by status = 'not_provable_yet', n desc, effect
