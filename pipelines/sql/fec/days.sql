-- One row per text that stands for a day in the file: the day, null if it is none, and whether it is written as the law wants.
with texts as (
    select trim(entry_date) as text from fec_raw
    union
    select trim(piece_date) as text from fec_raw
)

select
    text,
    regexp_matches(text, '^[0-9]{8}$') as is_legal,
    cast(coalesce(
        case when regexp_matches(text, '^[0-9]{8}$') then try_strptime(text, '%Y%m%d') end,
        try_strptime(left(text, 10), '%Y-%m-%d'),
        try_strptime(text, '%d/%m/%Y')
    ) as date) as day
from texts
where text is not null
