-- One row per plan agreed by the day; one broken later is not known to be.
select
    plan_id,                                        -- #unique #not_null
    claim_id,                                       -- #not_null
    agreed_on,                                      -- #not_null
    signed,
    case when broken_on <= $as_of then broken_on end as broken_on
from ledger.plans
where agreed_on <= $as_of
  and (deleted_on is null or deleted_on > $as_of)
