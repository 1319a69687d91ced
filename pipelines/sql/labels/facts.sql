-- One row per debtor asked for: what a labeller may read of it; no name, no belief.
select
    facts.debtor_id,
    facts.debtor_kind,
    facts.debtor_tenure_days,
    facts.debtor_n_open,
    facts.debtor_n_overdue,
    cast(facts.debtor_open_eur as decimal(18, 2)) as debtor_open_eur,
    facts.debtor_oldest_overdue_days,
    facts.debtor_n_settled,
    facts.debtor_late_share,
    facts.debtor_mean_delay_days,
    facts.n_partial_payments,
    facts.debtor_days_since_payment,
    facts.n_promises_kept,
    facts.n_promises_broken,
    facts.n_plans_broken,
    facts.debtor_n_disputes,
    facts.n_disputes_founded,
    facts.n_disputes_unfounded,
    facts.n_answers,
    facts.n_no_answer,
    facts.n_wrong_contact,
    facts.solvency_score,
    facts.in_insolvency,
    debtors.name
from features.debtor_features as facts
join core.debtors on debtors.debtor_id = facts.debtor_id
where list_contains($debtor_ids, facts.debtor_id)
