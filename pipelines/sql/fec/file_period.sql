-- One row: first and last day of the file's readable lines, and their number.
select
    min(entry_date) as period_from,
    max(entry_date) as period_to,
    count(*) as n_lines
from fec_judged
where reason is null
