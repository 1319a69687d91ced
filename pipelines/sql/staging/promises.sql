-- One row per promise made by the day; one kept later is not known to be.
select
    promise_id,                                     -- #unique #not_null
    claim_id,                                       -- #not_null
    made_on,                                        -- #not_null
    due_on,                                         -- #not_null
    amount,                                         -- #not_null #nonnegative
    case when kept_on <= $as_of then kept_on end as kept_on,
    in_writing
from ledger.promises
where made_on <= $as_of
  and (deleted_on is null or deleted_on > $as_of)
