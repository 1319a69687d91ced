-- One row per debtor with an open claim: the four probabilities and the word said.
select debtor_id, p_disorganised, p_cash_strapped, p_bad_faith, p_dissatisfied, profile
from mart.profiles
order by debtor_id
