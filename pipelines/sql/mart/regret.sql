-- One row per situation and how the advice was taken, of decisions whose horizon is over.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(profile as varchar) as profile, -- #not_null
    cast(stage as varchar) as stage, -- #not_null
    cast(action as varchar) as action, -- #not_null
    cast(how as varchar) as how, -- #not_null
    cast(n as bigint) as n, -- #not_null
    cast(n_debtors as bigint) as n_debtors, -- #not_null
    cast(eur as decimal(18, 2)) as eur, -- #not_null
    cast(paid_eur as decimal(18, 2)) as paid_eur, -- #not_null
    cast(expected_advised as decimal(18, 2)) as expected_advised, -- #not_null
    cast(expected_chosen as decimal(18, 2)) as expected_chosen, -- #not_null
    cast(score as double) as score, -- #not_null
    cast(low as double) as low, -- #not_null
    cast(high as double) as high, -- #not_null
    cast(shrunk as double) as shrunk, -- #not_null
    cast(regret as double) as regret,
    cast(regret_low as double) as regret_low,
    cast(regret_high as double) as regret_high,
    cast(verdict as varchar) as verdict -- #not_null
from scores.regret
order by profile, stage, action, how
