-- One row per debtor with an open claim and something late, now or before: what is believed of it.
-- Who was never late has nothing to explain.
select
    profiles.debtor_id,
    profiles.p_disorganised,
    profiles.p_cash_strapped,
    profiles.p_bad_faith,
    profiles.p_dissatisfied
from mart.profiles as profiles
join features.debtor_features as facts on facts.debtor_id = profiles.debtor_id
where facts.debtor_n_overdue > 0 or facts.debtor_n_settled_late > 0
order by profiles.debtor_id
