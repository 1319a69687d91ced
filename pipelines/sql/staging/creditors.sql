-- One row per creditor that stands on the day.
select
    creditor_id,                                    -- #unique #not_null
    name,
    kind,
    siren,
    sector,
    address,
    postcode,
    city,
    email,
    phone,
    iban,
    country,
    headcount,
    turnover,
    profit_avg_3y,
    recovers_vat,
    vat_on_receipts,
    collects_for_others,
    mandate_on,
    default_penalty_rate,
    allows_visits,
    imputation,
    agent_id
from ledger.creditors
where deleted_on is null or deleted_on > $as_of
