-- One row per claim of the contacts asked for ($groups, or all those of the day when null), or of
-- one claim ($claim_id): all that a message about it may state.
with wanted as (
    select r.contact_group_id, r.claim_id
    from mart.recommendations as r
    left join mart.worklist as w on w.contact_group_id = r.contact_group_id
    where case
        when $claim_id is not null then r.contact_group_id in (
            select contact_group_id from mart.recommendations where claim_id = $claim_id
        )
        when $groups is not null then list_contains($groups, r.contact_group_id)
        else w.contact_group_id is not null
    end
),

disputed as (
    select claim_id, max(opened_on) as opened_on
    from core.disputes where stands group by claim_id
),

first_letters as (
    select claim_id, min(cast("at" as date)) as sent_on
    from core.actions where channel in ('letter', 'registered_letter') group by claim_id
)

select
    wanted.contact_group_id,
    worklist.rank,
    coalesce(worklist.within_capacity, false) as within_capacity,
    recommendations.is_lead,
    recommendations.action,
    recommendations.stage as advised_stage,
    recommendations.tone,
    recommendations.channel,
    recommendations.contact_id,
    recommendations.recommendation_id,
    recommendations.propensity,
    claims.claim_id,
    claims.debtor_id,
    claims.creditor_id,
    claims.currency,
    claims.open_amount,
    issued.amount as invoiced,
    claims.disputed_amount,
    claims.chaseable_amount,
    claims.days_overdue,
    claims.date_basis,
    claims.stage,
    claims.late_penalties,
    claims.legal_interest,
    claims.fixed_indemnity,
    claims.flags,
    open_claims.invoice_number,
    open_claims.issued_on,
    open_claims.due_on,
    open_claims.nature,
    open_claims.penalty_rate,
    open_claims.formal_notice_on,
    open_claims.promise_broken_on,
    coalesce(worklist.agent_id, claims.agent_id) as owner,
    case when profiles.question_value > 0 then profiles.next_question end as next_question,
    cast(open_claims.last_action_at as date) as last_contact_on,
    first_letters.sent_on as first_letter_on,
    disputed.opened_on as disputed_on,
    debtors.name as debtor_name,
    debtors.kind as debtor_kind,
    debtors.siren as debtor_siren,
    debtors.address as debtor_address,
    debtors.postcode as debtor_postcode,
    debtors.city as debtor_city,
    debtors.country as debtor_country,
    debtors.language as debtor_language,
    debtors.email as debtor_email,
    debtors.phone as debtor_phone,
    debtors.email_consent,
    debtors.sms_consent,
    debtors.do_not_contact,
    debtors.represented_by,
    debtors.insolvency_kind,
    contacts.name as contact_name,
    contacts.email as contact_email,
    contacts.phone as contact_phone,
    creditors.name as creditor_name,
    creditors.kind as creditor_kind,
    creditors.siren as creditor_siren,
    creditors.address as creditor_address,
    creditors.postcode as creditor_postcode,
    creditors.city as creditor_city,
    creditors.country as creditor_country,
    creditors.email as creditor_email,
    creditors.phone as creditor_phone,
    creditors.iban as creditor_iban,
    creditors.collects_for_others
from wanted
join mart.claims on claims.claim_id = wanted.claim_id
join mart.recommendations on recommendations.claim_id = wanted.claim_id
join core.open_claims on open_claims.claim_id = wanted.claim_id
join core.claims as issued on issued.claim_id = wanted.claim_id
join core.debtors on debtors.debtor_id = claims.debtor_id
left join mart.profiles on profiles.debtor_id = claims.debtor_id
left join mart.worklist on worklist.contact_group_id = wanted.contact_group_id
left join first_letters on first_letters.claim_id = wanted.claim_id
left join disputed on disputed.claim_id = wanted.claim_id
left join staging.contacts on contacts.contact_id = recommendations.contact_id
left join staging.creditors on creditors.creditor_id = claims.creditor_id
order by worklist.rank nulls last, wanted.contact_group_id, open_claims.due_on, claims.claim_id
