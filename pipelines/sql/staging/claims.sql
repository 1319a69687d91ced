-- One row per claim that the ledger knew on the day; a closing that came later is blank.
select
    claim_id,                                       -- #unique #not_null
    debtor_id,                                      -- #not_null
    creditor_id,
    invoice_number,
    issued_on,
    due_on,
    date_basis,
    amount,                                         -- #not_null #nonnegative
    vat_amount,
    coalesce(currency, 'EUR') as currency,          -- #not_null
    coalesce(nature, 'contract') as nature,         -- #not_null
    performed_on,
    has_order,
    has_delivery_proof,
    has_terms,
    contract_penalty_rate,
    limitation_months,
    assigned_to,
    insured_by,
    case when closed_on <= $as_of then closed_on end as closed_on,
    case when closed_on <= $as_of then closed_as end as closed_as,
    known_on,
    marks,
    extra
from ledger.claims
where (coalesce(known_on, issued_on) is null or coalesce(known_on, issued_on) <= $as_of)
  and (deleted_on is null or deleted_on > $as_of)
