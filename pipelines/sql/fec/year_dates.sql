-- One row per file and day of the ledger: the first day of the accounting year the day belongs to, in which letters do not repeat.
with days as (
    select distinct
        lines.source_id,
        years.starts_on as island,
        lines.entry_date
    from intake.fec_lines as lines
    join fec_years as years on years.source_id = lines.source_id
    where lines.ledger = $ledger
),

-- A file may hold several years: opening lines well after its beginning open another one.
boundaries as (
    select distinct
        years.starts_on as island,
        lines.entry_date as starts_on
    from intake.fec_lines as lines
    join fec_years as years on years.source_id = lines.source_id
    where lines.ledger = $ledger
        and lines.is_opening
        and lines.entry_date > years.starts_on + interval 92 day
)

select
    days.source_id,
    days.entry_date,
    coalesce(max(boundaries.starts_on), max(days.island)) as year_from
from days
left join boundaries
    on boundaries.island = days.island
    and boundaries.starts_on <= days.entry_date
group by days.source_id, days.entry_date
