-- One row per plan known on the day: broken when said so or when an instalment is more than
-- five days late, kept when every instalment is paid, else running.
with progress as (
    select
        plan_id,
        count(*) as n_instalments,
        count(*) filter (where is_paid) as n_paid,
        min(due_on) filter (where not is_paid) as next_due_on
    from core.instalments
    group by plan_id
),

judged as (
    select
        plans.plan_id,
        plans.claim_id,
        claims.debtor_id,
        plans.agreed_on,
        plans.signed,
        coalesce(
            plans.broken_on,
            case when progress.next_due_on + 5 < $as_of then progress.next_due_on + 6 end
        ) as broken_on,
        progress.next_due_on,
        coalesce(progress.n_instalments, 0) as n_instalments,
        coalesce(progress.n_paid, 0) as n_paid,
        balances.open_amount
    from staging.plans
    join core.claims on claims.claim_id = plans.claim_id
    join core.balances on balances.claim_id = plans.claim_id
    left join progress on progress.plan_id = plans.plan_id
)

select
    plan_id,                                        -- #unique #not_null
    claim_id,                                       -- #not_null
    debtor_id,                                      -- #not_null
    agreed_on,                                      -- #not_null
    signed,
    broken_on,
    next_due_on,
    cast(n_instalments as bigint) as n_instalments, -- #not_null
    cast(n_paid as bigint) as n_paid,               -- #not_null
    case
        when broken_on is not null then 'broken'
        when open_amount = 0 or (n_instalments > 0 and n_paid = n_instalments) then 'kept'
        else 'running'
    end as status                                   -- #not_null #in(running, kept, broken)
from judged
