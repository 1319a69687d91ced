-- One row per open claim and further fact: the free columns of its row and of its debtor's, and
-- dated facts, the last known of each name. What is known only when a claim closes is never
-- known of an open one.
with columns as (
    select
        table_name,
        column_name,
        "numeric" as is_numeric
    from ledger.intake.extra_columns
    where known = 'issue' and table_name in ('claims', 'debtors')
),

said as (
    select
        open_claims.claim_id,
        columns.column_name as name,
        columns.is_numeric,
        json_extract_string(claims.extra, '$."' || columns.column_name || '"') as value
    from core.open_claims
    join core.claims on claims.claim_id = open_claims.claim_id
    join columns on columns.table_name = 'claims'
    where claims.extra is not null
    union all
    select
        open_claims.claim_id,
        'debtor_' || columns.column_name,
        columns.is_numeric,
        json_extract_string(debtors.extra, '$."' || columns.column_name || '"')
    from core.open_claims
    join core.debtors on debtors.debtor_id = open_claims.debtor_id
    join columns on columns.table_name = 'debtors'
    where debtors.extra is not null
),

latest as (
    select
        subject_type,
        subject_id,
        name,
        value
    from staging.facts
    qualify row_number() over (partition by subject_type, subject_id, name order by known_on desc) = 1
),

-- A dated fact of the same name is newer than a free column.
facts as (
    select
        open_claims.claim_id,
        latest.name,
        latest.value
    from latest
    join core.open_claims
        on latest.subject_type = 'claim' and open_claims.claim_id = latest.subject_id
    union all
    select
        open_claims.claim_id,
        'debtor_' || latest.name,
        latest.value
    from latest
    join core.open_claims
        on latest.subject_type = 'debtor' and open_claims.debtor_id = latest.subject_id
),

numeric_facts as (
    select
        name,
        bool_and(try_cast(value as double) is not null) as is_numeric
    from facts
    group by name
),

united as (
    select
        facts.claim_id,
        facts.name,
        numeric_facts.is_numeric,
        facts.value,
        1 as place
    from facts
    join numeric_facts on numeric_facts.name = facts.name
    union all
    select
        claim_id,
        name,
        is_numeric,
        value,
        2
    from said
)

select
    claim_id,                                       -- #not_null #unique(name)
    name,                                           -- #not_null
    is_numeric as "numeric",                        -- #not_null
    case when is_numeric then try_cast(replace(value, ',', '.') as double) end as number_value,
    case when not is_numeric then value end as text_value
from united
where value is not null and value <> ''
qualify row_number() over (partition by claim_id, name order by place) = 1
