-- One row per town of a debtor and start of its postcode.
select city, postcode_start
from core.towns
order by city, postcode_start
