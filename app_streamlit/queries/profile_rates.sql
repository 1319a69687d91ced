-- One row per dimension and group of debtors: how often each word is said.
select *
from mart.profile_rates
order by dimension, n desc, band
