-- One row per line with a rest, but for claims whose letter says that they were paid elsewhere.
select customer as bucket, line_id, entry_date, is_debit, amount
from fec_residuals
where not (is_debit and is_outside)
