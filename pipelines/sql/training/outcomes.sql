-- One row per claim and day of the panel: what happened to it after that day, as far as the day
-- of the build knows. Observation ends on the day of the build, or when a write-off, a credit,
-- an insolvency or a lawsuit takes the claim out of amicable treatment.
with paid as (
    select
        panel_days.claim_id,
        panel_days.day,
        min(payments.paid_on) filter (where payments.amount > 0) as first_paid_on,
        sum(payments.amount) filter (where payments.paid_on <= panel_days.day + 30) as cash_30,
        sum(payments.amount) filter (where payments.paid_on <= panel_days.day + 60) as cash_60,
        sum(payments.amount) filter (where payments.paid_on <= panel_days.day + 90) as cash_90,
        sum(payments.amount) filter (where payments.paid_on <= panel_days.day + 180) as cash_180,
        sum(payments.amount) filter (where payments.paid_on <= panel_days.day + 365) as cash_365
    from training.panel_days
    join core.payments
        on payments.claim_id = panel_days.claim_id
        and payments.is_debtor_paying
        and payments.paid_on > panel_days.day
    group by panel_days.claim_id, panel_days.day
),

proceedings as (
    select
        panel_days.claim_id,
        panel_days.day,
        min(insolvencies.opened_on) as opened_on
    from training.panel_days
    join core.claims on claims.claim_id = panel_days.claim_id
    join core.insolvencies
        on insolvencies.debtor_id = claims.debtor_id
        and insolvencies.opened_on > panel_days.day
    group by panel_days.claim_id, panel_days.day
),

lawsuits as (
    select
        panel_days.claim_id,
        panel_days.day,
        min(legal_steps.taken_on) as taken_on
    from training.panel_days
    join core.legal_steps
        on legal_steps.claim_id = panel_days.claim_id
        and legal_steps.taken_on > panel_days.day
    group by panel_days.claim_id, panel_days.day
),

ends as (
    select
        panel_days.claim_id,
        panel_days.day,
        panel_days.open_amount_eur,
        claims.eur_per_unit,
        paid.first_paid_on,
        paid.cash_30,
        paid.cash_60,
        paid.cash_90,
        paid.cash_180,
        paid.cash_365,
        proceedings.opened_on,
        lawsuits.taken_on,
        case when balances.settled_on > panel_days.day and balances.settled_by = 'payment'
            then balances.settled_on end as paid_in_full_on,
        case when balances.settled_on > panel_days.day and balances.settled_by <> 'payment'
            then balances.settled_on end as closed_on,
        balances.settled_by,
        -- The first of the ends; with none, the day of the build.
        least(
            $as_of,
            -- A claim that was struck from the ledger since tells nothing.
            case when claims.claim_id is null then panel_days.day end,
            case when balances.settled_on > panel_days.day and balances.settled_by <> 'payment'
                then balances.settled_on end,
            proceedings.opened_on,
            lawsuits.taken_on
        ) as observed_until
    from training.panel_days
    left join core.claims on claims.claim_id = panel_days.claim_id
    left join core.balances on balances.claim_id = panel_days.claim_id
    left join paid on paid.claim_id = panel_days.claim_id and paid.day = panel_days.day
    left join proceedings
        on proceedings.claim_id = panel_days.claim_id
        and proceedings.day = panel_days.day
    left join lawsuits on lawsuits.claim_id = panel_days.claim_id and lawsuits.day = panel_days.day
)

select
    claim_id,                                       -- #not_null #unique(day)
    day,                                            -- #not_null
    case when paid_in_full_on <= observed_until then date_diff('day', day, paid_in_full_on) end
        as days_to_full,                            -- #positive
    case when first_paid_on <= observed_until then date_diff('day', day, first_paid_on) end
        as days_to_any,                             -- #positive
    -- No more than was open that day, whatever was paid over.
    least(greatest(cast(coalesce(cash_30, 0) as double) * eur_per_unit, 0), open_amount_eur)
        as cash_30,                                 -- #nonnegative
    least(greatest(cast(coalesce(cash_60, 0) as double) * eur_per_unit, 0), open_amount_eur)
        as cash_60,                                 -- #nonnegative
    least(greatest(cast(coalesce(cash_90, 0) as double) * eur_per_unit, 0), open_amount_eur)
        as cash_90,                                 -- #nonnegative
    least(greatest(cast(coalesce(cash_180, 0) as double) * eur_per_unit, 0), open_amount_eur)
        as cash_180,                                -- #nonnegative
    least(greatest(cast(coalesce(cash_365, 0) as double) * eur_per_unit, 0), open_amount_eur)
        as cash_365,                                -- #nonnegative
    date_diff('day', day, observed_until) as censored_after_days, -- #not_null #nonnegative
    case
        when paid_in_full_on <= observed_until then 'paid'
        when observed_until = closed_on
            then case when settled_by = 'write_off' then 'write_off' else 'credit' end
        when observed_until = opened_on then 'insolvency'
        when observed_until = taken_on then 'litigation'
        else 'open'
    end as ended_as                                 -- #not_null #in(paid, write_off, credit, insolvency, litigation, open)
from ends
