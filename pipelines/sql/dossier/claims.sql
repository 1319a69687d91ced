-- One row per open claim named: all that a dossier states of it and of its two parties.
select
    m.claim_id,
    m.debtor_id,
    m.creditor_id,
    m.suit_id,
    m.currency,
    o.invoice_number,
    o.issued_on,
    o.due_on,
    o.performed_on,
    m.date_basis,
    o.nature,
    o.amount,
    b.paid,
    b.credited,
    m.open_amount,
    m.disputed_amount,
    m.late_penalties,
    m.legal_interest,
    m.fixed_indemnity,
    m.total_due,
    m.limitation_on,
    m.limitation_earliest_on,
    o.has_order,
    o.has_delivery_proof,
    o.has_terms,
    o.formal_notice_on,
    o.title_on,
    o.titled_amount,
    o.titled_accessories,
    o.plan_id,
    d.name as debtor_name,
    d.kind as debtor_kind,
    d.siren as debtor_siren,
    d.legal_form as debtor_legal_form,
    d.address as debtor_address,
    d.postcode as debtor_postcode,
    d.city as debtor_city,
    d.country as debtor_country,
    d.represented_by,
    c.name as creditor_name,
    c.siren as creditor_siren,
    c.address as creditor_address,
    c.postcode as creditor_postcode,
    c.city as creditor_city,
    c.country as creditor_country
from mart.claims as m
join core.open_claims as o on m.claim_id = o.claim_id
join core.balances as b on m.claim_id = b.claim_id
join core.debtors as d on m.debtor_id = d.debtor_id
left join staging.creditors as c on m.creditor_id = c.creditor_id
where list_contains($claim_ids, m.claim_id)
order by o.due_on nulls last, m.claim_id
