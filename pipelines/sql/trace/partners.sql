-- One row per course of the claim's suit that calls for a partner, the course advised first.
select
    l.course, l.recommended, l.partner_kind, l.partner_id, p.name as partner, p.fixed_fee,
    p.success_rate_fee, l.partner_reason, l.partner_gain, l.partner_ahead
from mart.litigation as l
join mart.claims as m on l.suit_id = m.suit_id
left join mart.partners as p on p.partner_id = l.partner_id
where m.claim_id = $claim_id
  and l.partner_kind is not null
order by l.recommended desc, l.admissible desc, l.expected_net desc nulls last, l.course
