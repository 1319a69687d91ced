-- One row per course of a suit, the recommended one first.
select
    l.course, l.recommended, l.admissible, l.court, l.cost, l.p_success, l.p_collect, l.expected_net,
    l.p10, l.p50, l.p90, l.p_loss, l.break_even_amount, l.duration_days, l.obstacles, l.tasks,
    l.suit_amount
from mart.litigation as l
where l.suit_id = $suit_id
order by l.recommended desc, l.admissible desc, l.expected_net desc nulls last, l.course
