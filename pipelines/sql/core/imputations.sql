-- One row per day on which something moved a claim whose creditor applies art. 1343-1 C. civ.: what
-- the payments of the day settled of the interest accrued, then of the principal, which then
-- stands at ``balance``. Credit notes, write-offs and what was found justified in a dispute lower the
-- principal; a payment taken back gives back the principal first. Interest is settled to the cent; its
-- fractions stay owed.
with recursive moved as (
    select
        movements.claim_id,
        movements.moved_on,
        movements.money,
        movements.credit
    from core.bearing_movements as movements
    join core.interest_terms as terms on terms.claim_id = movements.claim_id
    where terms.is_interest_first
),

spans as (
    select
        moved.claim_id,
        moved.moved_on,
        moved.money,
        moved.credit,
        coalesce(
            lag(moved.moved_on) over (partition by moved.claim_id order by moved.moved_on), terms.due_on
        ) as since_on,
        row_number() over (partition by moved.claim_id order by moved.moved_on) as step
    from moved
    join core.interest_terms as terms on terms.claim_id = moved.claim_id
),

-- Rates times days since the movement before, in millionths.
weighed as (
    select
        spans.claim_id,
        spans.step,
        spans.moved_on,
        cast(spans.money * 100 as bigint) as money,
        cast(spans.credit * 100 as bigint) as credit,
        cast(
            coalesce(
                sum(
                    cast(rates.rate * 1000000 as bigint) * date_diff(
                        'day',
                        greatest(rates.from_on, spans.since_on),
                        least(rates.to_on, spans.moved_on)
                    )
                ),
                0
            ) as bigint
        ) as weight
    from spans
    left join core.claim_rates as rates
        on rates.claim_id = spans.claim_id
        and rates.from_on < spans.moved_on
        and rates.to_on > spans.since_on
    group by spans.claim_id, spans.step, spans.moved_on, spans.money, spans.credit
),

-- Cents; interest not settled in hundred-millionths of a unit times days.
followed as (
    select
        terms.claim_id,
        cast(0 as bigint) as step,
        terms.due_on as moved_on,
        cast(claims.amount * 100 as bigint) as balance,
        cast(0 as hugeint) as owed,
        cast(0 as bigint) as to_interest,
        cast(0 as bigint) as to_principal,
        cast(0 as bigint) as interest_paid,
        cast(0 as bigint) as principal_paid
    from core.interest_terms as terms
    join core.claims on claims.claim_id = terms.claim_id
    where terms.is_interest_first
    union all
    select
        settled.claim_id,
        settled.step,
        settled.moved_on,
        settled.balance - (settled.money - settled.to_interest) - settled.credit,
        settled.owed - cast(settled.to_interest as hugeint) * 365000000,
        settled.to_interest,
        settled.money - settled.to_interest,
        settled.interest_paid + settled.to_interest,
        settled.principal_paid + settled.money - settled.to_interest
    from (
        select
            accrued.claim_id,
            accrued.step,
            accrued.moved_on,
            accrued.money,
            accrued.credit,
            accrued.balance,
            accrued.owed,
            accrued.interest_paid,
            accrued.principal_paid,
            case
                when accrued.money >= 0
                    then least(
                        accrued.money,
                        greatest(cast((2 * accrued.owed + 365000000) // 730000000 as bigint), 0)
                    )
                else -least(
                    greatest(-accrued.money - accrued.principal_paid, 0), accrued.interest_paid
                )
            end as to_interest
        from (
            select
                weighed.claim_id,
                weighed.step,
                weighed.moved_on,
                weighed.money,
                weighed.credit,
                followed.balance,
                followed.owed
                    + cast(greatest(followed.balance, 0) as hugeint) * weighed.weight as owed,
                followed.interest_paid,
                followed.principal_paid
            from followed
            join weighed
                on weighed.claim_id = followed.claim_id
                and weighed.step = followed.step + 1
        ) as accrued
    ) as settled
)

select
    claim_id,                                       -- #not_null #unique(step)
    step,                                           -- #not_null
    moved_on,                                       -- #not_null
    cast(to_interest * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as to_interest, -- #not_null
    cast(to_principal * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as to_principal, -- #not_null
    cast(balance * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as balance -- #not_null
from followed
