-- At most one row: the claim with that identifier, else with that invoice number.
select c.claim_id
from core.claims as c
where c.claim_id = $text or c.invoice_number = $text
order by c.claim_id = $text desc, c.claim_id
limit 1
