-- One row per course of the suit that the claim would join, best first.
select
    l.course, l.admissible, l.recommended, l.cost, l.p_success, l.p_collect,
    l.expected_net, l.p_loss, l.break_even_amount, l.duration_days, l.court, l.court_reason, l.obstacles,
    l.tasks
from mart.litigation as l
join mart.claims as m on l.suit_id = m.suit_id
where m.claim_id = $claim_id
order by l.admissible desc, l.expected_net desc, l.course
