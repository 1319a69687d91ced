-- One row per instalment of a plan known on the day: paid by its own date, or by what the claim
-- received since the plan was agreed, taken by the oldest instalments first.
with scheduled as (
    select
        instalments.plan_id,
        plans.claim_id,
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

-- A payment of the day of the agreement is no instalment, unless one falls due that day.
begun as (
    select
        plans.plan_id,
        plans.claim_id,
        case when min(scheduled.due_on) <= plans.agreed_on then plans.agreed_on else plans.agreed_on + 1 end
            as from_on
    from staging.plans
    join scheduled on scheduled.plan_id = plans.plan_id
    group by plans.plan_id, plans.claim_id, plans.agreed_on
),

received as (
    select
        begun.plan_id,
        sum(payments.amount) as amount
    from begun
    join core.payments
        on payments.claim_id = begun.claim_id
        and payments.is_debtor_paying
        and payments.paid_on >= begun.from_on
    group by begun.plan_id
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
