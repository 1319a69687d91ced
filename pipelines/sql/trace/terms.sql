-- One row per open claim: what decides by which rule of the law it bears interest.
select
    m.late_penalties, m.legal_interest, m.fixed_indemnity, c.due_on, c.nature,
    c.contract_penalty_rate, c.penalty_rate, c.limitation_months,
    d.kind as debtor_kind, coalesce(k.kind, 'company') as creditor_kind,
    d.insolvency_opened_on, a.first_notice_on
from mart.claims as m
join core.claims as c on m.claim_id = c.claim_id
join core.debtors as d on m.debtor_id = d.debtor_id
left join staging.creditors as k on m.creditor_id = k.creditor_id
left join core.claim_actions as a on m.claim_id = a.claim_id
where m.claim_id = $claim_id
