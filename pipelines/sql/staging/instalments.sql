-- One row per instalment of a plan agreed by the day; one paid later is not known to be.
select
    instalments.plan_id,                            -- #not_null #unique(due_on)
    instalments.due_on,                             -- #not_null
    instalments.amount,                             -- #not_null #nonnegative
    case when instalments.paid_on <= $as_of then instalments.paid_on end as paid_on
from ledger.instalments
join staging.plans on plans.plan_id = instalments.plan_id
where instalments.deleted_on is null or instalments.deleted_on > $as_of
