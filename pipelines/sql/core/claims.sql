-- One row per claim known on the day, closed ones included, with what it left unsaid filled
-- from the settings, its creditor and its documents.
with on_file as (
    select
        claim_id,
        bool_or(kind in ('order', 'contract')) as has_order,
        bool_or(kind = 'delivery_note') as has_delivery_proof,
        bool_or(kind = 'terms') as has_terms
    from staging.documents
    group by claim_id
),

dated as (
    select
        claim_id,
        case
            when claims.date_basis is not null then claims.date_basis
            when claims.due_on is not null then 'stated'
            when coalesce(claims.issued_on, claims.performed_on) is not null then 'assumed'
            else 'unknown'
        end as date_basis,
        case
            when claims.due_on is not null then claims.due_on
            when coalesce(claims.date_basis, 'assumed') = 'assumed'
                then coalesce(claims.issued_on, claims.performed_on) + cast(run.assumed_terms_days as integer)
        end as due_on
    from staging.claims
    cross join settings.run
)

select
    claims.claim_id,                                -- #unique #not_null
    claims.debtor_id,                               -- #not_null
    claims.creditor_id,
    claims.invoice_number,
    claims.issued_on,
    dated.due_on,
    case when dated.due_on is null then 'unknown' else dated.date_basis end
        as date_basis,                              -- #not_null #in(stated, assumed, unknown)
    claims.amount,                                  -- #not_null #nonnegative
    claims.vat_amount,
    claims.currency,                                -- #not_null
    claims.nature,                                  -- #not_null
    claims.performed_on,
    case when on_file.has_order then true else claims.has_order end as has_order,
    case when on_file.has_delivery_proof then true else claims.has_delivery_proof end
        as has_delivery_proof,
    case when on_file.has_terms then true else claims.has_terms end as has_terms,
    claims.contract_penalty_rate,
    coalesce(claims.contract_penalty_rate, creditors.default_penalty_rate) as penalty_rate,
    claims.limitation_months,
    claims.assigned_to,
    claims.insured_by,
    claims.closed_on,
    claims.closed_as,
    cast(
        case when claims.currency = 'EUR' then 1 else rates_of_exchange.eur_per_unit end
        as decimal(12, 6)
    ) as eur_per_unit,
    coalesce(claims.known_on, claims.issued_on) as known_on,
    coalesce(claims.marks, cast([] as varchar[])) as marks, -- #not_null
    claims.extra
from staging.claims
join dated on dated.claim_id = claims.claim_id
left join staging.creditors on creditors.creditor_id = claims.creditor_id
left join on_file on on_file.claim_id = claims.claim_id
left join core.rates_of_exchange on rates_of_exchange.currency = claims.currency
