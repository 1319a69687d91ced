-- One row: the debtor of the suit.
select d.*
from core.debtors as d
join core.suits as s on s.debtor_id = d.debtor_id
where s.suit_id = $suit_id
