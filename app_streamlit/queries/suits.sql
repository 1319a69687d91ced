-- One row per suit: the course advised, and the best one that tasks would open.
with closed as (
    select suit_id, course, expected_net, obstacles, tasks
    from mart.litigation
    where not admissible
      and expected_net > greatest($least_gain, $least_return * cost)
      and not list_contains($calm, course)
      and list_has_all($liftable, obstacles)
    qualify row_number() over (partition by suit_id order by expected_net desc, course) = 1
),

under_way as (
    select distinct suit_id
    from mart.litigation
    where list_has_any(obstacles, ['already_in_court', 'title_obtained', 'nothing_to_seize'])
)

select
    l.suit_id,
    l.debtor_id,
    coalesce(d.name, l.debtor_id) as debtor_name,
    l.suit_amount,
    l.course,
    l.expected_net,
    l.p_loss,
    l.cost,
    l.court,
    l.tasks,
    not list_contains($calm, l.course) as is_in_court,
    under_way.suit_id is not null as is_under_way,
    closed.course as opened_course,
    closed.expected_net as opened_net,
    closed.obstacles as opened_obstacles,
    closed.tasks as opened_tasks,
    l.claim_ids[1] as claim_id
from mart.litigation as l
left join core.debtors as d on d.debtor_id = l.debtor_id
left join under_way on under_way.suit_id = l.suit_id
left join closed on closed.suit_id = l.suit_id and list_contains($calm, l.course)
where l.recommended
order by
    is_in_court desc, l.expected_net desc, opened_net desc nulls last, l.suit_amount desc, l.suit_id
