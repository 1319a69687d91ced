-- One row per open claim: all that a model may know of it on the day. Missing stays null.
with promises as (
    select
        claim_id,
        count(*) as n_promises,
        count(*) filter (where status = 'kept') as n_kept,
        count(*) filter (where status = 'broken') as n_broken
    from core.promises
    group by claim_id
),

plans as (
    select claim_id, count(*) filter (where status = 'broken') as n_broken
    from core.plans
    group by claim_id
),

disputes as (
    select
        claim_id,
        count(*) filter (where founded) as n_founded,
        count(*) filter (where not founded) as n_unfounded
    from core.disputes
    group by claim_id
)

select
    open_claims.claim_id,                           -- #unique #not_null
    open_claims.debtor_id,                          -- #not_null
    open_claims.creditor_id,
    cast(open_claims.open_amount_eur as double) as open_amount_eur,
    cast(open_claims.amount as double) * claims.eur_per_unit as amount_eur,
    cast(open_claims.open_amount as double) / cast(open_claims.amount as double) as open_share,
    open_claims.days_overdue,
    date_diff('day', open_claims.issued_on, $as_of) as days_since_issue,
    date_diff('day', open_claims.issued_on, open_claims.due_on) as terms_days,
    balances.n_payments,
    cast(balances.paid as double) / cast(open_claims.amount as double) as paid_share,
    date_diff('day', balances.last_paid_on, $as_of) as days_since_last_payment,
    coalesce(claim_payments.n_payments_30, 0) as n_payments_30,
    coalesce(claim_payments.n_payments_90, 0) as n_payments_90,
    coalesce(claim_payments.n_payments_180, 0) as n_payments_180,
    coalesce(claim_payments.months_paid_6, 0) as months_paid_6,
    cast(coalesce(claim_payments.paid_90, 0) as double) / cast(open_claims.amount as double)
        as paid_90_share,
    -- Days until nothing is open, if payments go on at the pace of the last ninety.
    case
        when claim_payments.paid_90 > 0
            then 90 * cast(open_claims.open_amount as double) / cast(claim_payments.paid_90 as double)
    end as days_to_clear,
    debtor_payments.n_settled as debtor_n_settled,
    debtor_payments.n_settled_late as debtor_n_settled_late,
    debtor_payments.late_share as debtor_late_share,
    debtor_payments.mean_delay_days as debtor_mean_delay_days,
    debtor_payments.n_open as debtor_n_open,
    debtor_payments.n_overdue as debtor_n_overdue,
    cast(debtor_payments.open_eur as double) as debtor_open_eur,
    cast(debtor_payments.overdue_eur as double) as debtor_overdue_eur,
    debtor_payments.oldest_overdue_days as debtor_oldest_overdue_days,
    debtor_payments.n_payments_30 as debtor_n_payments_30,
    debtor_payments.n_payments_90 as debtor_n_payments_90,
    debtor_payments.n_payments_365 as debtor_n_payments_365,
    debtor_payments.days_since_payment as debtor_days_since_payment,
    debtor_payments.tenure_days as debtor_tenure_days,
    debtor_payments.n_disputes as debtor_n_disputes,
    coalesce(debtor_pace.n_settled, 0) as debtor_n_settled_timed,
    coalesce(debtor_pace.expected_settled, 0) as debtor_expected_settled,
    coalesce(debtor_pace.n_payments, 0) as debtor_n_payments_timed,
    coalesce(debtor_pace.expected_payments, 0) as debtor_expected_payments,
    coalesce(claim_answers.n_reached, 0) as n_reached,
    coalesce(claim_answers.n_no_answer, 0) as n_no_answer,
    coalesce(claim_answers.n_wrong_contact, 0) as n_wrong_contact,
    coalesce(claim_answers.n_missing_document, 0) as n_missing_document,
    coalesce(claim_answers.n_cash_wait, 0) as n_cash_wait,
    coalesce(claim_answers.n_refusal, 0) as n_refusal,
    coalesce(promises.n_promises, 0) as n_promises,
    coalesce(promises.n_kept, 0) as n_promises_kept,
    coalesce(promises.n_broken, 0) as n_promises_broken,
    coalesce(plans.n_broken, 0) as n_plans_broken,
    cast(open_claims.disputed_amount as double) / cast(open_claims.open_amount as double)
        as disputed_share,
    coalesce(disputes.n_founded, 0) as n_disputes_founded,
    coalesce(disputes.n_unfounded, 0) as n_disputes_unfounded,
    debtors.solvency_score,
    debtors.headcount,
    date_diff('day', debtors.created_on, $as_of) as company_age_days,
    open_claims.n_actions,
    coalesce(claim_actions.n_actions_30, 0) as n_actions_30,
    date_diff('day', cast(open_claims.last_action_at as date), $as_of) as days_since_action,
    coalesce(claim_actions.stage_rank, 0) as stage_rank,
    open_claims.promise_due_on is not null as promise_running,
    open_claims.plan_id is not null as plan_running,
    open_claims.has_open_dispute as dispute_open,
    debtors.insolvency_kind is not null as in_insolvency,
    debtors.is_vulnerable,
    open_claims.has_order,
    open_claims.has_delivery_proof,
    open_claims.has_terms,
    open_claims.debtor_kind,
    open_claims.date_basis,
    open_claims.nature,
    substring(debtors.naf, 1, 2) as naf_division,
    debtors.country,
    open_claims.last_outcome
from core.open_claims
join core.claims on claims.claim_id = open_claims.claim_id
join core.balances on balances.claim_id = open_claims.claim_id
join core.debtors on debtors.debtor_id = open_claims.debtor_id
join features.debtor_payments on debtor_payments.debtor_id = open_claims.debtor_id
left join features.debtor_pace on debtor_pace.debtor_id = open_claims.debtor_id
left join features.claim_payments on claim_payments.claim_id = open_claims.claim_id
left join core.claim_actions on claim_actions.claim_id = open_claims.claim_id
left join core.claim_answers on claim_answers.claim_id = open_claims.claim_id
left join promises on promises.claim_id = open_claims.claim_id
left join plans on plans.claim_id = open_claims.claim_id
left join disputes on disputes.claim_id = open_claims.claim_id
