-- One row per run that recommended something for the claim, up to a day, oldest first.
select
    r.as_of, r.action, r.stage, r.channel, v.p_90, w.rank, w.within_capacity, r.reason, r.run_id
from history.recommendations as r
left join history.recovery as v on r.run_id = v.run_id and r.claim_id = v.claim_id
left join history.worklist as w
    on r.run_id = w.run_id and r.contact_group_id = w.contact_group_id
where r.claim_id = $claim_id and r.as_of <= $as_of
order by r.as_of, r.run_id
