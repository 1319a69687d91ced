-- One row per debtor with a claim, open or not: all that a profile may rest on, on the day.
-- An answer noted on several claims at once is one answer.
with answers as (
    select
        debtor_id,
        count(distinct "at") filter (where outcome <> 'no_answer') as n_answers,
        count(distinct "at") filter (where outcome = 'missing_document') as n_missing_document,
        count(distinct "at") filter (where outcome = 'wrong_contact') as n_wrong_contact,
        count(distinct "at") filter (where outcome = 'cash_wait') as n_cash_wait,
        count(distinct "at") filter (where outcome = 'plan_request') as n_plan_request,
        count(distinct "at") filter (where outcome = 'hardship') as n_hardship,
        count(distinct "at") filter (where outcome = 'refusal') as n_refusal,
        count(distinct "at") filter (where outcome = 'dispute') as n_dispute_answers,
        count(distinct "at") filter (where outcome = 'no_answer') as n_no_answer,
        count(distinct "at") filter (where outcome = 'paid_claim') as n_paid_claim
    from core.interactions
    group by debtor_id
),

promises as (
    select
        debtor_id,
        count(*) filter (where status = 'kept') as n_kept,
        count(*) filter (where status = 'broken') as n_broken,
        -- What is old weighs less: 2 % a week, as signals.yaml has it.
        sum(power(0.98, date_diff('day', due_on, $as_of) / 7.0)) filter (where status = 'kept')
            as kept_weight,
        sum(power(0.98, date_diff('day', due_on, $as_of) / 7.0)) filter (where status = 'broken')
            as broken_weight,
        max(kept_on) as last_kept_on,
        max(broken_on) filter (where status = 'broken') as last_broken_on
    from core.promises
    group by debtor_id
),

plans as (
    select
        debtor_id,
        count(*) filter (where status = 'broken') as n_broken,
        max(broken_on) as last_broken_on
    from core.plans
    group by debtor_id
),

disputes as (
    select
        debtor_id,
        count(*) filter (where is_open) as n_open,
        count(*) filter (where founded) as n_founded,
        count(*) filter (where not founded) as n_unfounded,
        max(opened_on) filter (where is_open) as last_opened_on,
        max(coalesce(closed_on, answered_on, opened_on)) filter (where founded) as last_founded_on,
        max(coalesce(closed_on, answered_on, opened_on)) filter (where not founded)
            as last_unfounded_on
    from core.disputes
    group by debtor_id
)

select
    debtor_payments.debtor_id,                      -- #unique #not_null
    debtor_payments.n_settled as debtor_n_settled,
    debtor_payments.n_settled_late as debtor_n_settled_late,
    debtor_payments.late_share as debtor_late_share,
    debtor_payments.mean_delay_days as debtor_mean_delay_days,
    debtor_payments.n_open as debtor_n_open,
    debtor_payments.n_overdue as debtor_n_overdue,
    cast(debtor_payments.open_eur as double) as debtor_open_eur,
    cast(debtor_payments.overdue_eur as double) as debtor_overdue_eur,
    debtor_payments.oldest_overdue_days as debtor_oldest_overdue_days,
    debtor_payments.n_payments_365 as debtor_n_payments_365,
    debtor_payments.days_since_payment as debtor_days_since_payment,
    debtor_payments.tenure_days as debtor_tenure_days,
    debtor_payments.n_disputes as debtor_n_disputes,
    coalesce(answers.n_answers, 0) as n_answers,
    coalesce(answers.n_missing_document, 0) as n_missing_document,
    coalesce(answers.n_wrong_contact, 0) as n_wrong_contact,
    coalesce(answers.n_cash_wait, 0) as n_cash_wait,
    coalesce(answers.n_plan_request, 0) as n_plan_request,
    coalesce(answers.n_hardship, 0) as n_hardship,
    coalesce(answers.n_refusal, 0) as n_refusal,
    coalesce(answers.n_dispute_answers, 0) as n_dispute_answers,
    coalesce(answers.n_no_answer, 0) as n_no_answer,
    coalesce(answers.n_paid_claim, 0) as n_paid_claim,
    coalesce(promises.n_kept, 0) as n_promises_kept,
    coalesce(promises.n_broken, 0) as n_promises_broken,
    coalesce(promises.n_kept + promises.n_broken, 0) as n_promises_due,
    coalesce(cast(promises.kept_weight as double), 0) as promises_kept_weight,
    coalesce(cast(promises.broken_weight as double), 0) as promises_broken_weight,
    coalesce(plans.n_broken, 0) as n_plans_broken,
    debtor_payments.n_partial_payments,
    coalesce(disputes.n_open, 0) as n_disputes_open,
    coalesce(disputes.n_founded, 0) as n_disputes_founded,
    coalesce(disputes.n_unfounded, 0) as n_disputes_unfounded,
    debtor_payments.delay_spread_days,
    debtor_payments.n_small_delays,
    debtors.solvency_score,
    debtors.insolvency_kind is not null as in_insolvency,
    debtors.kind as debtor_kind,
    debtor_payments.n_creditors,
    promises.last_kept_on as last_promise_kept_on,
    promises.last_broken_on as last_promise_broken_on,
    plans.last_broken_on as last_plan_broken_on,
    disputes.last_opened_on as last_dispute_opened_on,
    disputes.last_founded_on as last_dispute_founded_on,
    disputes.last_unfounded_on as last_dispute_unfounded_on,
    debtor_payments.last_partial_payment_on,
    coalesce(debtors.insolvency_published_on, debtors.insolvency_opened_on) as insolvency_on,
    labels.profile as last_label,
    labels.labelled_on as last_label_on,
    blind_reads.debtor_id is not null as is_read_blind
from features.debtor_payments
join core.debtors on debtors.debtor_id = debtor_payments.debtor_id
left join answers on answers.debtor_id = debtor_payments.debtor_id
left join promises on promises.debtor_id = debtor_payments.debtor_id
left join plans on plans.debtor_id = debtor_payments.debtor_id
left join disputes on disputes.debtor_id = debtor_payments.debtor_id
left join core.last_labels as labels on labels.debtor_id = debtor_payments.debtor_id
left join core.blind_reads as blind_reads on blind_reads.debtor_id = debtor_payments.debtor_id
