-- One row per claim of the suit and kind of partner chosen by a person.
select c.claim_id, c.partner_kind, c.partner_id, c.chosen_at
from core.partner_choices as c
join mart.claims as m on m.claim_id = c.claim_id
where m.suit_id = $suit_id
order by c.claim_id, c.partner_kind
