-- One row per claim that bears interest and stretch of time under one rate, half-open: the rate
-- of each half-year, a contract rate lifted to its floor, the legal rate raised after a judgment.
select
    terms.claim_id,                                 -- #not_null #unique(from_on)
    greatest(terms.from_on, rates.from_on) as from_on, -- #not_null
    least(terms.to_on, coalesce(rates.to_on, terms.to_on)) as to_on, -- #not_null
    cast(
        case
            when terms.rule = 'public' then rates.public_rate
            when terms.rule = 'default' then rates.default_rate
            else greatest(terms.agreed_rate, rates.floor_rate)
        end as decimal(12, 6)
    ) as rate,                                      -- #not_null #nonnegative
    case
        when terms.rule = 'contract' and terms.agreed_rate < rates.floor_rate then 'floor'
        else terms.rule
    end as rule                                     -- #not_null
from core.interest_terms as terms
join law.penalty_rates as rates
    on rates.from_on < terms.to_on
    and coalesce(rates.to_on, date '9999-12-31') > terms.from_on
where terms.is_commercial and terms.from_on < terms.to_on
union all
select
    claim_id,
    from_on,
    to_on,
    cast(agreed_rate as decimal(12, 6)),
    rule
from core.interest_terms
where rule = 'agreed' and from_on < to_on
union all
select
    terms.claim_id,
    greatest(terms.from_on, rates.from_on),
    least(terms.to_on, coalesce(rates.to_on, terms.to_on), coalesce(terms.uplift_on, terms.to_on)),
    case when terms.rule = 'legal_individual' then rates.individual_rate else rates.professional_rate end,
    terms.rule
from core.interest_terms as terms
join law.legal_rates as rates
    on rates.from_on < terms.to_on
    and coalesce(rates.to_on, date '9999-12-31') > terms.from_on
where terms.rule in ('legal_individual', 'legal_professional')
  and greatest(terms.from_on, rates.from_on)
      < least(terms.to_on, coalesce(rates.to_on, terms.to_on), coalesce(terms.uplift_on, terms.to_on))
union all
select
    terms.claim_id,
    greatest(terms.from_on, rates.from_on, terms.uplift_on),
    least(terms.to_on, coalesce(rates.to_on, terms.to_on)),
    case when terms.rule = 'legal_individual' then rates.individual_rate else rates.professional_rate end
        + coalesce(rates.uplift, 0),
    terms.rule || '_raised'
from core.interest_terms as terms
join law.legal_rates as rates
    on rates.from_on < terms.to_on
    and coalesce(rates.to_on, date '9999-12-31') > greatest(terms.from_on, terms.uplift_on)
where terms.uplift_on < terms.to_on and terms.from_on < terms.to_on
