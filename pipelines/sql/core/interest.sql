-- One row per open claim: penalties between professionals or interest of a formal notice, never
-- both, and the fixed indemnity. Each amount is rounded once, half up (C. com. L441-10, D441-5; CCP
-- D2192-35 for a public buyer).
-- In hundred-millionths of a unit times days: whole numbers, so that rounding is exact.
with products as (
    select
        claim_id,
        sum(cast(balance * 100 as hugeint) * cast(rate * 1000000 as hugeint) * n_days) as product
    from core.interest_lines
    group by claim_id
),

accrued as (
    select
        claim_id,
        cast((2 * product + 365000000) // 730000000 as decimal(18, 0))
            * cast(0.01 as decimal(3, 2)) as amount
    from products
)

select
    balances.claim_id,                              -- #unique #not_null
    cast(case when terms.is_commercial then coalesce(accrued.amount, 0) else 0 end as decimal(18, 2))
        as late_penalties,                          -- #not_null #nonnegative
    cast(case when terms.is_commercial then 0 else coalesce(accrued.amount, 0) end as decimal(18, 2))
        as legal_interest,                          -- #not_null #nonnegative
    cast(
        case
            when not coalesce(terms.owes_indemnity, false) or bearing.claim_id is null then 0
            when terms.rule = 'public' then coalesce(indemnities.public_amount, 0)
            else coalesce(indemnities.amount, 0)
        end as decimal(18, 2)
    ) as fixed_indemnity                            -- #not_null #nonnegative
from core.balances
left join core.interest_terms as terms on terms.claim_id = balances.claim_id
left join accrued on accrued.claim_id = balances.claim_id
-- What was justly withheld whole is not late.
left join (select distinct claim_id from core.balance_stretches) as bearing
    on bearing.claim_id = balances.claim_id
left join law.indemnities
    on indemnities.from_on <= terms.due_on + 1
    and coalesce(indemnities.to_on, date '9999-12-31') > terms.due_on + 1
where balances.open_amount > 0
