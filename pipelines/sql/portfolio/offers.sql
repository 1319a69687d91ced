-- One row per suit and course before a judge: what it is worth and takes, and when it lapses.
with lapses as (
    select suit_id, min(limitation_earliest_on) as lapses_on
    from mart.claims
    where suit_id is not null
    group by suit_id
)

select
    l.suit_id,
    l.debtor_id,
    coalesce(d.name, l.debtor_id) as debtor_name,
    l.suit_amount,
    l.course,
    l.admissible,
    not l.admissible and list_has_all($liftable, l.obstacles) as after_tasks,
    l.obstacles,
    l.expected_net,
    l.p10,
    l.cost,
    l.p_loss,
    lapses.lapses_on
from mart.litigation as l
left join core.debtors as d on l.debtor_id = d.debtor_id
left join lapses on l.suit_id = lapses.suit_id
where not list_contains($calm, l.course)
order by l.suit_id, l.course
