-- One row per dispute opened by the day; whether it is founded is known when it is closed,
-- else answered; told of a dispute that is neither, from the day it was imported.
select
    dispute_id,                                     -- #unique #not_null
    claim_id,                                       -- #not_null
    opened_on,                                      -- #not_null
    reason,
    amount,                                         -- #nonnegative
    grievance,
    in_writing,
    case when answered_on <= $as_of then answered_on end as answered_on,
    case when coalesce(closed_on, answered_on, cast(imported_at as date)) <= $as_of then founded end as founded,
    case when closed_on <= $as_of then closed_on end as closed_on
from ledger.disputes
where opened_on <= $as_of
  and (deleted_on is null or deleted_on > $as_of)
