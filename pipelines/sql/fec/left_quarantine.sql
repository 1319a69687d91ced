-- One row per line of this file that was quarantined before and is not refused again.
select
    held.row_number,
    held.table_name,
    held.key
from intake.quarantine as held
where held.source_id = $source_id
    and held.row_number not in (select row_number from fec_refused)
