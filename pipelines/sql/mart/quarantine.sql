-- One row per refused source row, with the reason.
select
    cast($as_of as date) as as_of,
    cast(source as varchar) as source,
    cast(table_name as varchar) as table_name,
    cast(row_number as bigint) as row_number,
    cast(reason as varchar) as reason,
    cast(payload as varchar) as payload
from ledger.intake.quarantine
order by source, table_name, row_number, reason
