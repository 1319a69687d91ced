-- One row per text about a debtor with an open claim, and day.
select
    told.debtor_id,                                 -- #not_null
    told.said_on,
    told.is_after_firm,
    told.words
from features.debtor_texts as told
join features.debtor_payments on debtor_payments.debtor_id = told.debtor_id
where debtor_payments.n_open > 0
