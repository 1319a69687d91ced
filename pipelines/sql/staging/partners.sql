-- One row per outside partner that stands on the day.
select
    partner_id,                                     -- #unique #not_null
    kind,                                           -- #not_null
    name,
    area,
    fixed_fee,
    success_rate_fee,
    note,
    address,
    postcode,
    city,
    email
from ledger.partners
where deleted_on is null or deleted_on > $as_of
