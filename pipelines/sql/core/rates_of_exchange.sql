-- One row per foreign currency: its last rate known on the day.
select
    currency,                                       -- #unique #not_null
    eur_per_unit                                    -- #positive
from staging.exchange_rates
where currency <> 'EUR'
qualify row_number() over (partition by currency order by rate_on desc) = 1
