-- One row per town of a debtor and start of its postcode: names that the area of a partner may use.
select distinct
    city,                                           -- #not_null
    left(postcode, 3) as postcode_start             -- #not_null
from core.debtors
where city is not null
  and postcode is not null
  and country = 'FR'
