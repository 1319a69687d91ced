-- One row: what to do about the claim, and its line in the worklist.
select
    r.action, r.stage, r.tone, r.channel, r.act_on, r.escalate_on, r.escalate_to,
    r.expected_gain, r.reason, r.reason_en, r.guards, r.arm, r.policy_version,
    w.rank, w.within_capacity
from mart.recommendations as r
left join mart.worklist as w on r.contact_group_id = w.contact_group_id
where r.claim_id = $claim_id
