-- One row per decision that a later imported row contradicts, newest first.
select x.entry_id, x.kind, x.subject_id, x.decided_on, x.table_name, x.row_key, x.row_on
from core.contradictions as x
where $subject_ids is null or list_contains($subject_ids, x.subject_id)
order by x.row_on desc, x.entry_id
