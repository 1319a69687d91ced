-- One row per instalment of a plan known on the day: paid by its own date, or by what the claim
-- received since the plan was agreed, taken by the oldest instalments first.
with scheduled as (
    select
        instalments.plan_id,
        plans.claim_id,
        plans.agreed_on,
        instalments.due_on,
        instalments.amount,
        instalments.paid_on,
        sum(instalments.amount) over (
            partition by instalments.plan_id
            order by instalments.due_on
            rows between unbounded preceding and current row
        ) as due_so_far
    from staging.instalments
    join staging.plans on plans.plan_id = instalments.plan_id
),

received as (
    select
        plans.plan_id,
        sum(payments.amount) as amount
    from staging.plans
    join core.payments
        on payments.claim_id = plans.claim_id
        and payments.is_debtor_paying
        and payments.paid_on >= plans.agreed_on
    group by plans.plan_id
)

select
    scheduled.plan_id,                              -- #not_null #unique(due_on)
    scheduled.claim_id,                             -- #not_null
    scheduled.due_on,                               -- #not_null
    scheduled.amount,                               -- #not_null
    scheduled.paid_on,
    scheduled.paid_on is not null or coalesce(received.amount >= scheduled.due_so_far, false)
        as is_paid                                  -- #not_null
from scheduled
left join received on received.plan_id = scheduled.plan_id
