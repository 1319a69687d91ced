-- One row per line that could not be taken: where it stands, why, and what it says.
select
    row_number,
    'fec_lines' as table_name,
    reason,
    cast(json_object('line', line) as varchar) as payload,
    cast(coalesce(debit, 0) + coalesce(credit, 0) as decimal(38, 2)) as amount
from fec_judged
where reason is not null
