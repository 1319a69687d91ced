-- One row per lettered line with a rest: the same letter of a customer may go on in another year.
select concat(customer, chr(31), letter) as bucket, line_id, entry_date, is_debit, amount
from fec_residuals
where letter_group is not null
