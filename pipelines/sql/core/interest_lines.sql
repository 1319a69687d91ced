-- One row per open claim and stretch of one balance under one rate, half-open: it bears balance times
-- rate times days over 365, simple interest.
with imputed as (
    select
        claim_id,
        moved_on as from_on,
        coalesce(
            lead(moved_on) over (partition by claim_id order by moved_on, step), $as_of
        ) as to_on,
        balance
    from core.imputations
),

balanced as (
    select
        stretches.claim_id,
        stretches.from_on,
        stretches.to_on,
        stretches.balance
    from core.balance_stretches as stretches
    join core.interest_terms as terms on terms.claim_id = stretches.claim_id
    where not terms.is_interest_first
    union all
    select
        claim_id,
        from_on,
        to_on,
        balance
    from imputed
    where balance > 0 and from_on < to_on
)

select
    balanced.claim_id,                              -- #not_null #unique(from_on)
    greatest(balanced.from_on, rates.from_on) as from_on, -- #not_null
    least(balanced.to_on, rates.to_on) as to_on,    -- #not_null
    date_diff(
        'day', greatest(balanced.from_on, rates.from_on), least(balanced.to_on, rates.to_on)
    ) as n_days,                                    -- #not_null #positive
    balanced.balance,                               -- #not_null #positive
    rates.rate,                                     -- #not_null #nonnegative
    rates.rule                                      -- #not_null
from balanced
join core.claim_rates as rates
    on rates.claim_id = balanced.claim_id
    and rates.from_on < balanced.to_on
    and rates.to_on > balanced.from_on
