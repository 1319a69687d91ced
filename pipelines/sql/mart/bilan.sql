-- One row per line of the first look at a portfolio and open claim that belongs to it.
with in_reach as (
    select distinct debtor_id from staging.contacts where email is not null or phone is not null
),

proved as (
    select distinct claim_id from staging.documents
    where kind in ('order', 'quote', 'contract', 'delivery_note', 'acknowledgment')
),

unanswered as (
    select distinct claim_id from core.disputes where is_open and answered_on is null
),

-- What penalties and the indemnity would come to if a debtor of unknown kind were a professional.
bearing as (
    select
        claims.claim_id,
        sum(
            cast(stretches.balance as decimal(30, 2)) * rates.default_rate * cast(
                date_diff(
                    'day',
                    greatest(stretches.from_on, claims.due_on + 1, rates.from_on),
                    least(stretches.to_on, coalesce(rates.to_on, stretches.to_on))
                ) as decimal(10, 0)
            )
        ) / 365 as penalties
    from core.open_claims as claims
    join core.debtors on debtors.debtor_id = claims.debtor_id
    left join staging.creditors on creditors.creditor_id = claims.creditor_id
    join core.balance_stretches as stretches on stretches.claim_id = claims.claim_id
    join law.penalty_rates as rates
        on rates.from_on < stretches.to_on
        and coalesce(rates.to_on, date '9999-12-31') > greatest(stretches.from_on, claims.due_on + 1)
    where claims.debtor_kind = 'unknown'
      and claims.date_basis <> 'unknown'
      and debtors.insolvency_opened_on is null
      and coalesce(creditors.kind, 'company') <> 'natural_person'
      and claims.nature not in ('tort', 'residential_rent', 'co_ownership', 'consumer_credit')
      and not coalesce(list_contains(claims.marks, 'late_interest'), false)
      and greatest(stretches.from_on, claims.due_on + 1) < stretches.to_on
    group by claims.claim_id
),

withheld as (
    select
        bearing.claim_id,
        bearing.penalties + coalesce(indemnities.amount, 0) as amount
    from bearing
    join core.open_claims as claims on claims.claim_id = bearing.claim_id
    left join law.indemnities
        on claims.currency = 'EUR'
        and indemnities.from_on <= claims.due_on + 1
        and coalesce(indemnities.to_on, date '9999-12-31') > claims.due_on + 1
),

in_hand as (
    select
        debtor_id,
        creditor_id,
        sum(amount) as amount
    from mart.credits
    group by debtor_id, creditor_id
    having sum(amount) > 0
),

-- A credit settles the oldest claims of its debtor first: those of its creditor, or of any where
-- the ledger does not say whose it is.
older as (
    select
        claim_id,
        debtor_id,
        creditor_id,
        open_amount_eur,
        coalesce(
            sum(open_amount_eur) over (
                partition by debtor_id, creditor_id
                order by days_overdue desc nulls last, claim_id
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as of_creditor,
        coalesce(
            sum(open_amount_eur) over (
                partition by debtor_id
                order by days_overdue desc nulls last, claim_id
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as of_debtor
    from mart.claims
    where open_amount_eur is not null
),

covered as (
    select
        older.claim_id,
        least(
            older.open_amount_eur,
            greatest(coalesce(own.amount, 0) - older.of_creditor, 0)
                + greatest(coalesce(any_of.amount, 0) - older.of_debtor, 0)
        ) as amount
    from older
    left join in_hand as own
        on own.debtor_id = older.debtor_id and own.creditor_id = older.creditor_id
    left join in_hand as any_of
        on any_of.debtor_id = older.debtor_id and any_of.creditor_id is null
    where own.debtor_id is not null or any_of.debtor_id is not null
),

looked_at as (
    select
        claims.claim_id,
        claims.open_amount_eur as amount,
        claims.days_overdue,
        claims.stage,
        claims.flags,
        claims.date_basis,
        claims.disputed_amount * core_claims.eur_per_unit as disputed,
        claims.late_penalties * core_claims.eur_per_unit as penalties,
        claims.fixed_indemnity as indemnity,
        debtors.email is null and debtors.phone is null and in_reach.debtor_id is null
            as is_unreachable,
        debtors.address is null or debtors.postcode is null or debtors.city is null
            as is_without_address,
        debtors.kind = 'unknown' as is_unknown_kind,
        debtors.siren is null and debtors.kind in ('company', 'sole_trader') as is_without_siren,
        not coalesce(core_claims.has_order, false)
            and not coalesce(core_claims.has_delivery_proof, false)
            and proved.claim_id is null as is_without_proof,
        recommendations.action,
        recovery.expected_recovered,
        recovery.basis,
        unanswered.claim_id is not null as has_unanswered_dispute,
        case when recommendations.action <> 'wait' then recommendations.expected_gain end as gain,
        withheld.amount as withheld,
        covered.amount as covered
    from mart.claims
    join core.claims as core_claims on core_claims.claim_id = claims.claim_id
    join core.debtors on debtors.debtor_id = claims.debtor_id
    left join mart.recommendations on recommendations.claim_id = claims.claim_id
    left join mart.recovery on recovery.claim_id = claims.claim_id
    left join in_reach on in_reach.debtor_id = claims.debtor_id
    left join proved on proved.claim_id = claims.claim_id
    left join unanswered on unanswered.claim_id = claims.claim_id
    left join withheld on withheld.claim_id = claims.claim_id
    left join covered on covered.claim_id = claims.claim_id
),

-- The amount and the worth are told by line: what acting brings, what would be lost, what is due
-- on top, what a dispute blocks, what a credit settles, what a gap withholds or leaves unsure.
lines as (
    select
        case
            when days_overdue is null then 'age_unknown'
            when days_overdue <= 0 then 'age_not_due'
            when days_overdue <= 30 then 'age_30'
            when days_overdue <= 60 then 'age_60'
            when days_overdue <= 90 then 'age_90'
            when days_overdue <= 180 then 'age_180'
            when days_overdue <= 365 then 'age_365'
            else 'age_older'
        end as line,
        claim_id,
        amount,
        expected_recovered as worth
    from looked_at
    union all
    select 'never_chased', claim_id, amount, gain
    from looked_at where days_overdue > 0 and stage = 'not_chased'
    union all
    select 'near_limitation', claim_id, amount, expected_recovered
    from looked_at where list_contains(flags, 'near_limitation')
    union all
    select 'penalties', claim_id, penalties, penalties
    from looked_at where penalties > 0
    union all
    select 'indemnities', claim_id, indemnity, indemnity
    from looked_at where indemnity > 0
    union all
    select 'credits', claim_id, amount, covered
    from looked_at where covered is not null
    union all
    select 'unanswered_dispute', claim_id, amount, disputed
    from looked_at where has_unanswered_dispute
    union all
    select 'quick_win', claim_id, amount, gain
    from looked_at where action in ('resend_documents', 'find_contact', 'offer_plan')
    union all
    select 'gap_contact', claim_id, amount, null
    from looked_at where is_unreachable
    union all
    select 'gap_address', claim_id, amount, null
    from looked_at where is_without_address
    union all
    select 'gap_kind', claim_id, amount, withheld
    from looked_at where is_unknown_kind
    union all
    select 'gap_siren', claim_id, amount, null
    from looked_at where is_without_siren
    union all
    select 'gap_date', claim_id, amount, penalties + indemnity
    from looked_at where date_basis <> 'stated'
    union all
    select 'gap_proof', claim_id, amount, null
    from looked_at where is_without_proof
    union all
    select 'gap_history', claim_id, amount, null
    from looked_at where basis = 'prior'
)

select
    cast($as_of as date) as as_of,                  -- #not_null
    line,                                           -- #not_null
    claim_id,                                       -- #not_null
    cast(amount as decimal(18, 2)) as amount,
    cast(worth as decimal(18, 2)) as worth
from lines
order by line, claim_id
