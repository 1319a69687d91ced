-- One row per open claim that may bear interest: from and until when, and by which rule. Between
-- professionals penalties run from the day after the due date; else interest runs from the day
-- after a formal notice, a suit or a judgment. The opening of an insolvency stops both for earlier
-- claims (C. com. L441-10, L622-28; CCP R2192-31; C. civ. 1231-6, 1231-7, 1344).
with demands as (
    -- A suit, the service of an order to pay and a judgment ask for payment as a notice does.
    select
        claim_id,
        min(taken_on) as first_suit_on
    from core.legal_steps
    where not is_void
      and (
          step = 'judged_won'
          or step = 'served'
              and procedure in ('payment_order', 'european_order', 'summary', 'merits', 'cheque_certificate')
          or step = 'filed' and procedure in ('summary', 'merits', 'tj_request')
      )
    group by claim_id
),

terms as (
    select
        claims.claim_id,
        claims.currency,
        claims.due_on,
        claims.penalty_rate,
        claims.contract_penalty_rate,
        debtors.kind as debtor_kind,
        coalesce(creditors.kind, 'company') = 'natural_person' as is_for_individual,
        coalesce(creditors.imputation, 'ledger') = 'interest_first' as is_interest_first,
        -- Between professionals, for a price: no damages, no dwelling, no credit.
        debtors.is_professional
            and coalesce(creditors.kind, 'company') <> 'natural_person'
            and claims.nature not in ('tort', 'residential_rent', 'co_ownership', 'consumer_credit')
            as is_commercial,
        case
            when claims.issued_on is null
                or least(claims.issued_on, claims.performed_on) <= debtors.insolvency_opened_on
                then debtors.insolvency_opened_on
        end as stopped_on,
        least(claim_actions.first_notice_on, demands.first_suit_on) as demanded_on,
        claim_procedures.enforceable_on
    from core.claims
    join core.balances on balances.claim_id = claims.claim_id
    join core.debtors on debtors.debtor_id = claims.debtor_id
    left join staging.creditors on creditors.creditor_id = claims.creditor_id
    left join core.claim_actions on claim_actions.claim_id = claims.claim_id
    left join core.claim_procedures on claim_procedures.claim_id = claims.claim_id
    left join demands on demands.claim_id = claims.claim_id
    where balances.open_amount > 0
      and claims.date_basis <> 'unknown'
      and claims.due_on < $as_of
      -- Interest bears none before a full year and a claim for it (C. civ. 1343-2).
      and not coalesce(list_contains(claims.marks, 'late_interest'), false)
),

ruled as (
    select
        claim_id,
        currency,
        due_on,
        is_commercial,
        is_interest_first,
        stopped_on,
        enforceable_on,
        case
            when is_commercial and debtor_kind = 'public' then 'public'
            when is_commercial and penalty_rate is null then 'default'
            when is_commercial then 'contract'
            when contract_penalty_rate is not null and debtor_kind <> 'unknown' then 'agreed'
            when is_for_individual then 'legal_individual'
            else 'legal_professional'
        end as rule,
        case when is_commercial then penalty_rate else contract_penalty_rate end as agreed_rate,
        case when is_commercial then due_on else greatest(due_on, demanded_on) end + 1 as from_on,
        least($as_of, coalesce(stopped_on, $as_of)) as to_on
    from terms
    where is_commercial or demanded_on is not null
)

select
    ruled.claim_id,                                 -- #unique #not_null
    ruled.currency,                                 -- #not_null
    ruled.due_on,                                   -- #not_null
    ruled.is_commercial,                            -- #not_null
    ruled.is_interest_first,                        -- #not_null
    ruled.rule,                                     -- #not_null #in(public, default, contract, agreed, legal_individual, legal_professional)
    ruled.agreed_rate,
    ruled.from_on,                                  -- #not_null
    ruled.to_on,                                    -- #not_null
    -- What was not due yet at the opening cannot be late.
    ruled.is_commercial
        and ruled.currency = 'EUR'
        and (ruled.stopped_on is null or ruled.stopped_on > ruled.due_on)
        as owes_indemnity,                          -- #not_null
    -- The rate agreed is not raised, the legal one is (CMF L313-3).
    case
        when ruled.rule in ('legal_individual', 'legal_professional')
            then cast(ruled.enforceable_on + interval (delays.months) month as date)
    end as uplift_on
from ruled
left join law.uplift_delays as delays
    on delays.from_on <= ruled.enforceable_on
    and coalesce(delays.to_on, date '9999-12-31') > ruled.enforceable_on
