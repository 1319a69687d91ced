-- One row per line of the first look at a portfolio and open claim that belongs to it.
with looked_at as (
    select
        m.claim_id,
        coalesce(d.name, m.debtor_id) as debtor_name,
        c.invoice_number,
        c.due_on,
        m.days_overdue,
        m.open_amount_eur as amount,
        m.late_penalties + m.fixed_indemnity as accessories,
        m.currency,
        m.stage,
        m.flags,
        m.date_basis,
        d.email is null and d.phone is null and k.debtor_id is null as is_unreachable,
        d.kind = 'unknown' as is_unknown_kind,
        d.siren is null and d.kind in ('company', 'sole_trader') as is_without_siren,
        not coalesce(c.has_order, false) and not coalesce(c.has_delivery_proof, false)
        and p.claim_id is null as is_without_proof,
        r.action,
        x.claim_id is not null as has_unanswered_dispute
    from mart.claims as m
    join core.claims as c on m.claim_id = c.claim_id
    join core.debtors as d on m.debtor_id = d.debtor_id
    left join mart.recommendations as r on m.claim_id = r.claim_id
    left join (
        select distinct debtor_id from staging.contacts where email is not null or phone is not null
    ) as k on m.debtor_id = k.debtor_id
    left join (
        select distinct claim_id from staging.documents
        where kind in ('order', 'quote', 'contract', 'delivery_note', 'acknowledgment')
    ) as p on m.claim_id = p.claim_id
    left join (
        select distinct claim_id from core.disputes where is_open and answered_on is null
    ) as x on m.claim_id = x.claim_id
),

lines as (
    select claim_id, unnest([
        case
            when days_overdue is null then 'age_unknown'
            when days_overdue <= 0 then 'age_not_due'
            when days_overdue <= 30 then 'age_30'
            when days_overdue <= 60 then 'age_60'
            when days_overdue <= 90 then 'age_90'
            when days_overdue <= 180 then 'age_180'
            when days_overdue <= 365 then 'age_365'
            else 'age_older'
        end,
        case when days_overdue > 0 and stage = 'not_chased' then 'never_chased' end,
        case when list_contains(flags, 'near_limitation') then 'near_limitation' end,
        case when accessories > 0 then 'accessories' end,
        case when has_unanswered_dispute then 'unanswered_dispute' end,
        case when action in ('resend_documents', 'find_contact', 'offer_plan') then 'quick_win' end,
        case when is_unreachable then 'gap_contact' end,
        case when is_unknown_kind then 'gap_kind' end,
        case when is_without_siren then 'gap_siren' end,
        case when date_basis <> 'stated' then 'gap_date' end,
        case when is_without_proof then 'gap_proof' end
    ]) as line
    from looked_at
)

select
    lines.line,
    looked_at.claim_id,
    looked_at.debtor_name,
    looked_at.invoice_number,
    looked_at.due_on,
    looked_at.days_overdue,
    looked_at.currency,
    looked_at.stage,
    case when lines.line = 'accessories' then looked_at.accessories else looked_at.amount end as amount
from lines
join looked_at on lines.claim_id = looked_at.claim_id
where lines.line is not null
order by lines.line, amount desc nulls last, looked_at.claim_id
