-- One row per claim of a suit whose VAT may still be recovered.
select
    v.claim_id, v.invoice_number, v.currency, v.event, v.event_on, v.deadline_on, v.net_unpaid,
    v.vat_unpaid
from mart.vat_relief as v
where v.suit_id = $suit_id and v.is_open
order by v.claim_id
