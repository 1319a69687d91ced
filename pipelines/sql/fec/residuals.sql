-- One row per line with something left to match: the amount left, and how its letter stands.
with used as (
    select line_id, sum(amount) as amount
    from (
        select debit_line as line_id, amount from fec_pairs
        union all
        select credit_line as line_id, amount from fec_pairs
    ) as sides
    group by line_id
)

select
    movements.line_id,
    movements.customer,
    movements.entry_date,
    movements.year_from,
    movements.letter,
    movements.letter_group,
    movements.net > 0 as is_debit,
    abs(movements.net) - coalesce(used.amount, 0) as amount,
    coalesce(groups.has_carried, false) as has_carried,
    coalesce(groups.credit = 0 and not groups.has_carried, false) as is_outside
from fec_movements as movements
left join used on used.line_id = movements.line_id
left join fec_letter_groups as groups on groups.letter_group = movements.letter_group
where abs(movements.net) > coalesce(used.amount, 0)
