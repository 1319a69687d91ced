-- One row per person at a debtor that stands on the day.
select
    contact_id,                                     -- #unique #not_null
    debtor_id,                                      -- #not_null
    name,
    role,
    email,
    phone,
    can_pay
from ledger.contacts
where deleted_on is null or deleted_on > $as_of
