-- One row: the debtor's working hypothesis.
select p.profile, p.certainty, p.p_disorganised, p.p_cash_strapped, p.p_bad_faith, p.p_dissatisfied
from mart.profiles as p
join core.claims as c on p.debtor_id = c.debtor_id
where c.claim_id = $claim_id
