-- One row per claim at hand whose number and amount a ledger brought as another claim.
select
    einvoice_claims.claim_id,
    min(claims.claim_id) as other_claim_id
from einvoice_claims
join main.claims
    on claims.invoice_number = einvoice_claims.invoice_number
    and claims.amount = try_cast(einvoice_claims.amount as decimal(18, 2))
    and claims.claim_id <> einvoice_claims.claim_id
join intake.sources
    on sources.source_id = claims.source_id
    and sources.format <> 'einvoice'
where claims.deleted_on is null
group by einvoice_claims.claim_id
order by einvoice_claims.claim_id
