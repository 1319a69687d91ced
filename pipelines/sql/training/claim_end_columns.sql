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

-- Names of columns are strangers' words: they are looked up as keys, never written into a path.
written as (
    select
        claim_id,
        'claims' as table_name,
        unnest(map_entries(extra::json::map(varchar, varchar))) as cell
    from core.claims
    where issued_on is not null and extra is not null
    union all
    select
        claims.claim_id,
        'debtors',
        unnest(map_entries(debtors.extra::json::map(varchar, varchar)))
    from core.claims
    join core.debtors on debtors.debtor_id = claims.debtor_id
    where claims.issued_on is not null and debtors.extra is not null
),

said as (
    select
        written.claim_id,
        columns.table_name,
        case when columns.table_name = 'debtors' then 'debtor_' else '' end
        || columns.column_name as name,
        columns.is_early,
        columns.is_numeric,
        written.cell.value as value
    from written
    join columns
        on columns.table_name = written.table_name and columns.column_name = written.cell.key
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
-- The claim's own word is nearer than its debtor's.
qualify row_number() over (partition by claim_id, name order by table_name) = 1
