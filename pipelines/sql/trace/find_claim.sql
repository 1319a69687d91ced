-- One row per claim with that identifier, else with that invoice number; at most 20.
select c.claim_id
from core.claims as c
where c.claim_id = $text
   or c.invoice_number = $text
   and $text not in (select claim_id from core.claims)
order by c.claim_id
limit 20
