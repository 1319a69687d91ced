-- One row per course of a suit: of its expected net, VAT that comes back.
select l.course, l.vat_part
from mart.litigation as l
where l.suit_id = $suit_id
order by l.course
