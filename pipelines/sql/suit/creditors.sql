-- One row: the creditor of the suit.
select c.*
from staging.creditors as c
join core.suits as s on s.creditor_id = c.creditor_id
where s.suit_id = $suit_id
