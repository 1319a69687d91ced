-- One row per document of any import that refers to exactly one claim of the store.
select
    refer.row_key,
    refer.kind,
    min(claims.claim_id) as claim_id,
    min(claims.amount) as amount
from intake.einvoice_references as refer
join main.claims
    on claims.creditor_id = refer.creditor_id
    and claims.invoice_number = refer.invoice_number
    and claims.currency = refer.currency
where claims.deleted_on is null
  and claims.claim_id <> refer.row_key
group by refer.row_key, refer.kind
having count(distinct claims.claim_id) = 1
