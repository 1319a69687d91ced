-- One row per suit with a title: what the title still carries of the principal.
select l.suit_id, l.titled_amount
from mart.litigation as l
where l.recommended
  and l.titled_amount is not null
order by l.suit_id
