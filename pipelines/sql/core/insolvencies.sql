-- One row per proceeding known on the day, and whether it is open.
select
    debtor_id,                                      -- #not_null #unique(opened_on, kind)
    opened_on,                                      -- #not_null
    kind,                                           -- #not_null
    published_on,
    declared_on,
    closed_on,
    closed_on is null as is_open                    -- #not_null
from staging.insolvencies
