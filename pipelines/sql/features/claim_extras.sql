-- One row per open claim and further fact: the free columns of its row and of its debtor's, and
-- dated facts, the last known of each name. What is known only when a claim closes is never
-- known of an open one.
with columns as (
    select
        table_name,
        column_name
    from ledger.intake.extra_columns
    where known = 'issue' and table_name in ('claims', 'debtors')
),

-- Names of columns are strangers' words: they are looked up as keys, never written into a path.
written as (
    select
        'claims' as table_name,
        claim_id as subject_id,
        unnest(map_entries(extra::json::map(varchar, varchar))) as cell
    from core.claims
    where extra is not null
    union all
    select
        'debtors',
        debtor_id,
        unnest(map_entries(extra::json::map(varchar, varchar)))
    from core.debtors
    where extra is not null
),

-- A column holds numbers when every value known on the day is one, those of settled claims too.
-- What the store says over all imports would know later rows.
typed as (
    select
        written.table_name,
        written.subject_id,
        case when columns.table_name = 'debtors' then 'debtor_' else '' end
        || columns.column_name as name,
        bool_and(try_cast(replace(written.cell.value, ',', '.') as double) is not null) over (
            partition by columns.table_name, columns.column_name
        ) as is_numeric,
        written.cell.value as value
    from written
    join columns
        on columns.table_name = written.table_name and columns.column_name = written.cell.key
    where written.cell.value is not null and written.cell.value <> ''
),

said as (
    select open_claims.claim_id, typed.name, typed.is_numeric, typed.value, 3 as place
    from core.open_claims
    join typed on typed.table_name = 'claims' and typed.subject_id = open_claims.claim_id
    union all
    select open_claims.claim_id, typed.name, typed.is_numeric, typed.value, 4
    from core.open_claims
    join typed on typed.table_name = 'debtors' and typed.subject_id = open_claims.debtor_id
),

latest as (
    select
        subject_type,
        subject_id,
        name,
        value
    from staging.facts
    -- What clears the way to a suit is no trait of the debtor.
    where name not in (
        'amicable_attempt', 'insurer_consent', 'assignee_consent',
        'mediation_or_conciliation_agreed', 'participative_procedure_agreement',
        'measure_of_inquiry_before_suit', 'impossibility_to_act'
    )
    qualify row_number() over (partition by subject_type, subject_id, name order by known_on desc) = 1
),

-- A dated fact of the same name is newer than a free column, and the claim's own word is nearer
-- than its debtor's.
facts as (
    select
        open_claims.claim_id,
        latest.name,
        latest.value,
        1 as place
    from latest
    join core.open_claims
        on latest.subject_type = 'claim' and open_claims.claim_id = latest.subject_id
    union all
    select
        open_claims.claim_id,
        'debtor_' || latest.name,
        latest.value,
        2
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
        facts.place
    from facts
    join numeric_facts on numeric_facts.name = facts.name
    union all
    select
        claim_id,
        name,
        is_numeric,
        value,
        place
    from said
)

-- One name is numbers or categories, not both: a fact that is a word makes the column words.
select
    claim_id,                                       -- #not_null #unique(name)
    name,                                           -- #not_null
    alike as "numeric",                             -- #not_null
    case when alike then try_cast(replace(value, ',', '.') as double) end as number_value,
    case when not alike then value end as text_value
from (
    select
        claim_id,
        name,
        value,
        place,
        bool_and(is_numeric) over (partition by name) as alike
    from united
    where value is not null and value <> ''
)
qualify row_number() over (partition by claim_id, name order by place) = 1
