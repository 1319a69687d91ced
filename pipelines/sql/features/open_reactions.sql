-- One row per debtor with an open claim, kind of reaction and tone before it.
select
    told.debtor_id,                                 -- #unique(outcome, is_after_firm) #not_null
    told.outcome,
    told.is_after_firm,
    told.n,
    told.weight,
    told.last_on,
    told.note
from features.debtor_reactions as told
join features.debtor_payments on debtor_payments.debtor_id = told.debtor_id
where debtor_payments.n_open > 0
