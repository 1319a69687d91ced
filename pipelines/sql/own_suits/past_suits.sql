-- One row per suit brought before: what the day learnt from.
select *
from features.past_suits
order by all
