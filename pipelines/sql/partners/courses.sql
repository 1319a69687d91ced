-- One row per course of a suit that calls for a partner: whom, why, and its fee in the costs.
select
    l.course, l.recommended, l.admissible, l.court, l.court_reason, l.expected_net, l.cost,
    l.obstacles, l.tasks, l.partner_kind, l.partner_id, p.name as partner, p.fixed_fee,
    p.success_rate_fee, l.partner_reason, l.partner_gain, l.partner_ahead
from mart.litigation as l
left join mart.partners as p on p.partner_id = l.partner_id
where l.suit_id = $suit_id
  and l.partner_kind is not null
order by l.recommended desc, l.admissible desc, l.expected_net desc nulls last, l.course
