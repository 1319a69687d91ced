-- One row per claim of the suit: its odds without a suit.
select r.claim_id, r.p_365, r.p_any_365, r.expected_recovered, r.median_days, r.basis
from mart.recovery as r
join mart.claims as m on m.claim_id = r.claim_id
where m.suit_id = $suit_id
order by r.claim_id
