-- One row per event that ends an episode of chasing: a dispute, hardship, a plan or a promise
-- (payment in full ends it too, and is found from balances).
select
    claim_id,                                       -- #not_null
    debtor_id,                                      -- #not_null
    opened_on as happened_on,                       -- #not_null
    'dispute' as reason                             -- #not_null
from core.disputes
union all
select
    claim_id,
    debtor_id,
    made_on,
    'promise'
from core.promises
union all
select
    claim_id,
    debtor_id,
    agreed_on,
    'plan'
from core.plans
union all
select
    claim_id,
    debtor_id,
    cast("at" as date),
    'hardship'
from core.interactions
where outcome = 'hardship'
