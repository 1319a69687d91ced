-- One row per debtor with an open claim and something late, now or before: what is believed, what
-- is owed, how much there is to read. Who was never late has nothing to explain.
select
    profiles.debtor_id,
    profiles.p_disorganised,
    profiles.p_cash_strapped,
    profiles.p_bad_faith,
    profiles.p_dissatisfied,
    coalesce(facts.debtor_open_eur, 0) as open_eur,
    facts.n_answers + facts.n_no_answer + facts.n_promises_kept + facts.n_promises_broken
    + facts.n_plans_broken + facts.n_partial_payments + facts.debtor_n_disputes
    + facts.debtor_n_settled as n_signs
from mart.profiles as profiles
join features.debtor_features as facts on facts.debtor_id = profiles.debtor_id
where facts.debtor_n_overdue > 0 or facts.debtor_n_settled_late > 0
order by profiles.debtor_id
