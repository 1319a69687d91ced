-- One row per claim of a debtor in proceedings: when a person said or the ledger shows that it was
-- declared, and whether its creditor, outside metropolitan France, has more time (C. com. R622-24).
with shown as (
    select claim_id, cast("at" as date) as happened_on
    from core.actions
    where action = 'declare_in_insolvency'
),

answered as (
    select
        claim_id,
        arg_max(lower(answer), ("at", entry_id)) as answer,
        cast(max("at") as date) as answered_on
    from (
        select claim_id, answer, "at", entry_id
        from core.decisions
        where kind = 'answer' and question = 'declared_in_insolvency' and claim_id is not null
        union all
        select claims.claim_id, decisions.answer, decisions."at", decisions.entry_id
        from core.decisions
        join core.claims on claims.debtor_id = decisions.debtor_id
        where decisions.kind = 'answer'
          and decisions.question = 'declared_in_insolvency'
          and decisions.claim_id is null
    ) as answers
    group by claim_id
),

told as (
    select claim_id, happened_on from shown
    union all
    select claim_id, answered_on
    from answered
    where answer in ('yes', 'oui', 'true', 'declared')
)

select
    claims.claim_id,                                -- #unique #not_null
    debtors.debtor_id,                              -- #not_null
    coalesce(
        debtors.insolvency_declared_on,
        min(told.happened_on) filter (where told.happened_on >= debtors.insolvency_opened_on)
    ) as declared_on,
    case
        when creditors.country in ('GP', 'MQ', 'GF', 'RE', 'YT', 'PM', 'BL', 'MF', 'WF', 'PF', 'NC')
            or coalesce(creditors.country, 'FR') = 'FR'
            and regexp_matches(creditors.postcode, '^9[78][0-9]{3}$')
            -- Where the debtor's court sits overseas too, the longer time is not sure.
            then debtors.country = 'FR'
                and regexp_matches(coalesce(debtors.postcode, ''), '^([0-8]|9[0-5])')
        else coalesce(creditors.country, 'FR') <> 'FR'
    end as has_longer                               -- #not_null
from core.claims
join core.debtors on debtors.debtor_id = claims.debtor_id
left join staging.creditors on creditors.creditor_id = claims.creditor_id
left join told on told.claim_id = claims.claim_id
where debtors.insolvency_kind is not null
group by
    claims.claim_id,
    debtors.debtor_id,
    debtors.country,
    debtors.postcode,
    debtors.insolvency_opened_on,
    debtors.insolvency_declared_on,
    creditors.country,
    creditors.postcode
