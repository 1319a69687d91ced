-- One row per refused source row.
select q.source, q.table_name, q.row_number, q.reason, q.payload
from intake.quarantine as q
order by q.source, q.table_name, q.row_number
limit 5000
