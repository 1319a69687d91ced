-- One row per debit and credit that first in, first out puts together within a bucket, and the amount they share.
with running as (
    select
        bucket,
        line_id,
        is_debit,
        sum(amount) over (
            partition by bucket, is_debit
            order by entry_date, line_id
            rows between unbounded preceding and current row
        ) - amount as begins_at,
        sum(amount) over (partition by bucket, is_debit) as total
    from fec_contest
),

-- Debits and credits are laid end to end on one line each; every cut of either is a point.
ends as (
    select
        bucket,
        least(max(total) filter (where is_debit), max(total) filter (where not is_debit)) as ends_at
    from running
    group by bucket
    having count_if(is_debit) > 0 and count_if(not is_debit) > 0
),

points as (
    select
        running.bucket,
        running.begins_at,
        ends.ends_at,
        max(running.line_id) filter (where running.is_debit) as debit_line,
        max(running.line_id) filter (where not running.is_debit) as credit_line
    from running
    join ends on ends.bucket = running.bucket
    where running.begins_at < ends.ends_at
    group by running.bucket, running.begins_at, ends.ends_at
)

select
    last_value(debit_line ignore nulls) over (partition by bucket order by begins_at) as debit_line,
    last_value(credit_line ignore nulls) over (partition by bucket order by begins_at) as credit_line,
    cast(
        lead(begins_at, 1, ends_at) over (partition by bucket order by begins_at) - begins_at as decimal(18, 2)
    ) as amount
from points
