-- One row per payment, credit or write-off of the claim.
select p.paid_on, p.amount, p.method, p.allocation, p.payment_id
from core.payments as p
where p.claim_id = $claim_id
order by p.paid_on, p.payment_id
