-- One row per stored customer line of the ledger: its year, and the opening it is counted from.
with dated as (
    select
        lines.*,
        dates.year_from
    from intake.fec_lines as lines
    join fec_year_dates as dates
        on dates.source_id = lines.source_id
        and dates.entry_date = lines.entry_date
    where lines.ledger = $ledger
),

-- A year without opening lines simply goes on from the year before.
openings as (
    select distinct year_from
    from dated
    where is_opening
),

blocks as (
    select
        years.year_from,
        coalesce(max(openings.year_from), date '1900-01-01') as block_from
    from (select distinct year_from from dated) as years
    left join openings on openings.year_from <= years.year_from
    group by years.year_from
)

select
    dated.*,
    blocks.block_from,
    dense_rank() over (order by blocks.block_from) as block,
    case
        when dated.letter <> '' then concat(dated.customer, chr(31), dated.year_from, chr(31), dated.letter)
    end as letter_group
from dated
join blocks on blocks.year_from = dated.year_from
