-- One row: the suit.
select suit_id, creditor_id, debtor_id, claim_ids, suit_amount, suit_amount_eur
from core.suits
where suit_id = $suit_id
