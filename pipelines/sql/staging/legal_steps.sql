-- One row per legal step taken by the day.
select
    step_id,                                        -- #unique #not_null
    claim_id,                                       -- #not_null
    procedure,                                      -- #not_null
    step,                                           -- #not_null
    "on" as taken_on,                               -- #not_null
    amount,
    cost,
    partner_id
from ledger.legal_steps
where "on" <= $as_of
  and (deleted_on is null or deleted_on > $as_of)
