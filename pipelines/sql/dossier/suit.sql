-- One row: the suit of that identifier, or the one that a claim would join.
select s.suit_id, s.creditor_id, s.debtor_id, s.claim_ids
from core.suits as s
where s.suit_id = $text
   or s.suit_id = (select m.suit_id from mart.claims as m where m.claim_id = $text)
   and $text not in (select suit_id from core.suits)
