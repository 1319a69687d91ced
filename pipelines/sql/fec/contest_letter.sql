-- One row per lettered line: debits and credits of one letter meet.
select letter_group as bucket, line_id, entry_date, is_debit, amount
from fec_residuals
where letter_group is not null
