-- One row per dated fact known on the day.
select
    subject_type,                                   -- #not_null #unique(subject_id, name, known_on)
    subject_id,                                     -- #not_null
    name,                                           -- #not_null
    value,                                          -- #not_null
    known_on                                        -- #not_null
from ledger.facts
where known_on <= $as_of
  and (deleted_on is null or deleted_on > $as_of)
