-- One row per reason for which lines of a statement are out of scope: how many, and their amount;
-- a balance is no movement.
select
    aside,
    count(*) as n,
    coalesce(
        sum(try_cast(amount as decimal(38, 2))) filter (where aside not in ('balance', 'title')), 0
    ) as amount
from bank_cells
where aside is not null
group by aside
order by aside
