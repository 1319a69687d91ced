-- One row: an open claim with its debtor, odds, hypothesis and recommendation.
select
    m.*,
    c.invoice_number,
    c.issued_on,
    c.due_on,
    c.amount,
    c.nature,
    coalesce(d.name, m.debtor_id) as debtor_name,
    d.kind as debtor_kind,
    d.kind_basis,
    d.insolvency_kind,
    coalesce(k.name, m.creditor_id) as creditor_name,
    v.p_30, v.p_60, v.p_90, v.p_180, v.p_365,
    v.p_any_30, v.p_any_60, v.p_any_90, v.p_any_180, v.p_any_365,
    v.expected_recovered, v.low, v.high, v.median_days, v.basis, v.weight,
    p.profile, p.certainty, p.p_disorganised, p.p_cash_strapped, p.p_bad_faith, p.p_dissatisfied,
    p.evidence, p.next_question,
    r.recommendation_id, r.contact_group_id, r.is_lead, r.action, r.stage as next_stage, r.tone,
    r.channel, r.contact_id, r.act_on, r.escalate_on, r.escalate_to, r.expected_gain, r.minutes,
    r.arm, r.policy_version, r.reason, r.reason_en, r.guards,
    w.rank, w.within_capacity, w.claim_ids
from mart.claims as m
join core.claims as c on m.claim_id = c.claim_id
left join core.debtors as d on m.debtor_id = d.debtor_id
left join staging.creditors as k on m.creditor_id = k.creditor_id
left join mart.recovery as v on m.claim_id = v.claim_id
left join mart.profiles as p on m.debtor_id = p.debtor_id
left join mart.recommendations as r on m.claim_id = r.claim_id
left join mart.worklist as w on r.contact_group_id = w.contact_group_id
where m.claim_id = $claim_id
