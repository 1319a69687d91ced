-- One row per currency and day with a rate known on the day.
select
    currency,                                       -- #not_null #unique(rate_on)
    "on" as rate_on,                                -- #not_null
    eur_per_unit                                    -- #not_null #positive
from ledger.exchange_rates
where "on" <= $as_of
  and (deleted_on is null or deleted_on > $as_of)
