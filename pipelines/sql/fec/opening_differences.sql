-- One row per customer and chained year whose opening balance is not the closing balance of the year before.
with closings as (
    select
        customer,
        block,
        sum(net) as balance
    from fec_ledger
    group by customer, block
),

openings as (
    select
        customer,
        block,
        sum(net) as balance
    from fec_ledger
    where is_opening and block > 1
    group by customer, block
),

chained as (
    select
        block,
        min(block_from) as block_from,
        min(entry_date) filter (where is_opening) as opens_on
    from fec_ledger
    where block > 1
    group by block
),

sides as (
    select customer, block, balance as net from openings
    union all
    select closings.customer, closings.block + 1 as block, -closings.balance as net
    from closings
    join chained on chained.block = closings.block + 1
)

select
    sides.customer,
    sides.block,
    min(chained.block_from) as year_from,
    min(chained.opens_on) as entry_date,
    cast(sum(sides.net) as decimal(18, 2)) as net
from sides
join chained on chained.block = sides.block
group by sides.customer, sides.block
having sum(sides.net) <> 0
