-- One row per payment order of the suit's claims that nobody opposed: granted, and served if it was.
select
    min(l.taken_on) filter (where l.step in ('granted', 'granted_in_part')) as granted_on,
    max(l.taken_on) filter (where l.step = 'served') as served_on
from core.legal_steps as l
join mart.claims as m on m.claim_id = l.claim_id
where m.suit_id = $suit_id
  and l.procedure = 'payment_order'
  and not l.is_void
having count(*) filter (where l.step in ('opposed', 'seized', 'enforced', 'unenforceable')) = 0
   and granted_on is not null
