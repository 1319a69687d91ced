-- One row per claim known on the day: whether it is open, else when and how it was settled.
select
    (select max(as_of) from mart.runs) as as_of,
    m.claim_id is not null as is_open,
    coalesce(c.closed_on, b.settled_on) as settled_on,
    coalesce(c.closed_as, b.settled_by) as settled_by
from core.claims as c
left join mart.claims as m on c.claim_id = m.claim_id
left join core.balances as b on c.claim_id = b.claim_id
where c.claim_id = $claim_id
