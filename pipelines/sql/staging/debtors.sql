-- One row per debtor that stands on the day; a vulnerability noticed later is not known yet.
select
    debtor_id,                                      -- #unique #not_null
    name,
    coalesce(kind, 'unknown') as kind,              -- #not_null
    siren,
    legal_form,
    is_trader,
    naf,
    headcount,
    created_on,
    coalesce(country, 'FR') as country,             -- #not_null
    address,
    postcode,
    city,
    commune_code,
    email,
    phone,
    email_consent,
    sms_consent,
    coalesce(do_not_contact, false) as do_not_contact, -- #not_null
    represented_by,
    coalesce(vulnerable_since <= $as_of, false) as is_vulnerable, -- #not_null
    solvency_score,
    coalesce(language, 'fr') as language,           -- #not_null
    extra
from ledger.debtors
where deleted_on is null or deleted_on > $as_of
