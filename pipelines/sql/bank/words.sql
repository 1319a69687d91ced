-- One row per word of an open line, in its place; of a text without end the first sixty.
with split as (
    select line_id, string_split(said, ' ')[1:60] as words
    from bank.open_lines
    where amount > 0 and said <> ''
)

select
    line_id,                                        -- #not_null
    unnest(words) as word,                          -- #not_null
    generate_subscripts(words, 1) as place          -- #not_null
from split
