-- One row per open claim: the odds and what they rest on.
select
    r.p_30, r.p_60, r.p_90, r.p_180, r.p_365,
    r.expected_recovered, r.low, r.high, r.median_days, r.basis, r.weight
from mart.recovery as r
where r.claim_id = $claim_id
