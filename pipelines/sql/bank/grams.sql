-- One row per open line and run of one to five words written as one: banks cut and part what
-- payers write.
with runs as (
    select
        line_id,
        word as one,
        word || lead(word, 1) over ordered as two,
        word || lead(word, 1) over ordered || lead(word, 2) over ordered as three,
        word || lead(word, 1) over ordered || lead(word, 2) over ordered || lead(word, 3) over ordered
            as four,
        word || lead(word, 1) over ordered || lead(word, 2) over ordered || lead(word, 3) over ordered
            || lead(word, 4) over ordered as five
    from bank.words
    window ordered as (partition by line_id order by place)
),

laid_out as (
    select line_id, unnest([one, two, three, four, five]) as gram
    from runs
)

select distinct
    line_id,                                        -- #not_null
    gram                                            -- #not_null
from laid_out
where gram is not null and length(gram) between 3 and 60
