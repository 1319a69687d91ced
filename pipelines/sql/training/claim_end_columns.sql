-- One row per claim with an issue date and filled free column of it or of its debtor; is_early
-- says that the column is known when the claim is issued.
with columns as (
    select
        table_name,
        column_name,
        known = 'issue' as is_early,
        "numeric" as is_numeric
    from ledger.intake.extra_columns
    where table_name in ('claims', 'debtors')
),

said as (
    select
        claims.claim_id,
        columns.column_name as name,
        columns.is_early,
        columns.is_numeric,
        json_extract_string(claims.extra, '$."' || columns.column_name || '"') as value
    from core.claims
    join columns on columns.table_name = 'claims'
    where claims.issued_on is not null and claims.extra is not null
    union all
    select
        claims.claim_id,
        'debtor_' || columns.column_name,
        columns.is_early,
        columns.is_numeric,
        json_extract_string(debtors.extra, '$."' || columns.column_name || '"')
    from core.claims
    join core.debtors on debtors.debtor_id = claims.debtor_id
    join columns on columns.table_name = 'debtors'
    where claims.issued_on is not null and debtors.extra is not null
)

select
    claim_id,                                       -- #not_null #unique(name)
    name,                                           -- #not_null
    is_early,                                       -- #not_null
    is_numeric as "numeric",                        -- #not_null
    case when is_numeric then try_cast(replace(value, ',', '.') as double) end as number_value,
    case when not is_numeric then value end as text_value
from said
where value is not null and value <> ''
