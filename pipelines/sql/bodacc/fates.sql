-- One row per reason for which notices are out of scope, and their number.
with fates as (
    select
        notices.row_number,
        case
            when not notices.is_collective then 'family'
            when matched.row_number is null then 'stranger'
            when notices.effect = 'closing' then 'closing'
            when notices.effect = 'cancellation' then 'cancellation'
            else 'other'
        end as fate
    from bodacc_notices as notices
    left join (select distinct row_number from bodacc_matched) as matched
        on matched.row_number = notices.row_number
    where notices.row_number not in (select row_number from bodacc_rows)
)

select fate, count(*) as n
from fates
group by fate
order by fate
