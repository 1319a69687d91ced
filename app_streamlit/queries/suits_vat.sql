-- One row per suit and course whose gain is VAT by half or more, of suits advised or held back.
select l.suit_id, l.course, l.vat_part
from mart.litigation as l
where not list_contains($calm, l.course)
  and l.expected_net > 0
  and l.vat_part >= l.expected_net / 2
order by l.suit_id, l.course
