-- One row: the hypothesis of the day about the debtor of the suit.
select p.debtor_id, p.p_disorganised, p.p_cash_strapped, p.p_bad_faith, p.p_dissatisfied
from mart.profiles as p
join core.suits as s on s.debtor_id = p.debtor_id
where s.suit_id = $suit_id
