-- One row per partner, kind of work and measure.
select * exclude (as_of)
from mart.partner_results
order by partner_id, work, measure
