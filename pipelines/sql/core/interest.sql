-- One row per open claim: penalties between professionals or interest of a formal notice, never
-- both, and the fixed indemnity. Simple interest, days over 365, each amount rounded once, half
-- up (C. com. L441-10, D441-5; C. civ. 1231-6; L622-28 C. com. stops all at the opening of an
-- insolvency for earlier claims).
with terms as (
    select
        claims.claim_id,
        claims.currency,
        claims.due_on,
        claims.contract_penalty_rate,
        claims.penalty_rate,
        debtors.kind as debtor_kind,
        coalesce(creditors.kind, 'company') = 'natural_person' as is_for_individual,
        -- Between professionals, for a price: no damages, no dwelling, no credit.
        debtors.is_professional
            and coalesce(creditors.kind, 'company') <> 'natural_person'
            and claims.nature not in ('tort', 'residential_rent', 'co_ownership', 'consumer_credit')
            as is_commercial,
        case
            when claims.issued_on is null
                or least(claims.issued_on, claims.performed_on) <= debtors.insolvency_opened_on
                then debtors.insolvency_opened_on
        end as stops_on,
        claim_actions.first_notice_on
    from core.claims
    join core.balances on balances.claim_id = claims.claim_id
    join core.debtors on debtors.debtor_id = claims.debtor_id
    left join staging.creditors on creditors.creditor_id = claims.creditor_id
    left join core.claim_actions on claim_actions.claim_id = claims.claim_id
    where balances.open_amount > 0
      and claims.date_basis <> 'unknown'
      and claims.due_on < $as_of
      -- Interest bears none before a full year and a claim for it (C. civ. 1343-2).
      and not coalesce(list_contains(claims.marks, 'late_interest'), false)
),

-- Interest runs from the day after the due date, or after receipt of the notice.
bearing as (
    select
        terms.claim_id,
        terms.is_commercial,
        stretches.balance,
        greatest(
            stretches.from_on,
            case
                when terms.is_commercial then terms.due_on
                else greatest(terms.due_on, terms.first_notice_on)
            end + 1
        ) as from_on,
        least(stretches.to_on, coalesce(terms.stops_on, stretches.to_on)) as to_on
    from terms
    join core.balance_stretches as stretches on stretches.claim_id = terms.claim_id
    where terms.is_commercial or terms.first_notice_on is not null
),

rated as (
    select
        terms.claim_id,
        bearing.is_commercial,
        bearing.balance,
        date_diff(
            'day',
            greatest(bearing.from_on, rates.from_on),
            least(bearing.to_on, coalesce(rates.to_on, bearing.to_on))
        ) as n_days,
        case
            when terms.debtor_kind = 'public' then rates.public_rate
            when terms.penalty_rate is null then rates.default_rate
            else greatest(terms.penalty_rate, rates.floor_rate)
        end as rate
    from bearing
    join terms on terms.claim_id = bearing.claim_id
    join law.penalty_rates as rates
        on rates.from_on < bearing.to_on
        and coalesce(rates.to_on, date '9999-12-31') > bearing.from_on
    where bearing.is_commercial and bearing.from_on < bearing.to_on
    union all
    select
        terms.claim_id,
        bearing.is_commercial,
        bearing.balance,
        date_diff(
            'day',
            greatest(bearing.from_on, rates.from_on),
            least(bearing.to_on, coalesce(rates.to_on, bearing.to_on))
        ),
        case
            when terms.contract_penalty_rate is not null and terms.debtor_kind <> 'unknown'
                then terms.contract_penalty_rate
            when terms.is_for_individual then rates.individual_rate
            else rates.professional_rate
        end
    from bearing
    join terms on terms.claim_id = bearing.claim_id
    join law.legal_rates as rates
        on rates.from_on < bearing.to_on
        and coalesce(rates.to_on, date '9999-12-31') > bearing.from_on
    where not bearing.is_commercial and bearing.from_on < bearing.to_on
),

-- In hundred-millionths of a unit times days: whole numbers, so that rounding is exact.
accrued as (
    select
        claim_id,
        is_commercial,
        cast(
            sum(cast(balance as decimal(38, 2)) * rate * cast(n_days as decimal(10, 0))) * 100000000
            as hugeint
        ) as daily_products
    from rated
    group by claim_id, is_commercial
),

rounded as (
    select
        claim_id,
        is_commercial,
        cast((2 * daily_products + 365000000) // 730000000 as decimal(18, 0))
            * cast(0.01 as decimal(3, 2)) as amount
    from accrued
)

select
    balances.claim_id,                              -- #unique #not_null
    cast(case when rounded.is_commercial then rounded.amount else 0 end as decimal(18, 2))
        as late_penalties,                          -- #not_null #nonnegative
    cast(case when not rounded.is_commercial then rounded.amount else 0 end as decimal(18, 2))
        as legal_interest,                          -- #not_null #nonnegative
    cast(coalesce(indemnities.amount, 0) as decimal(18, 2)) as fixed_indemnity -- #not_null
from core.balances
left join rounded on rounded.claim_id = balances.claim_id
left join terms
    on terms.claim_id = balances.claim_id
    and terms.is_commercial
    and terms.currency = 'EUR'
    and (terms.stops_on is null or terms.stops_on > terms.due_on)
left join law.indemnities
    on indemnities.from_on <= terms.due_on + 1
    and coalesce(indemnities.to_on, date '9999-12-31') > terms.due_on + 1
where balances.open_amount > 0
