-- One row per claim that was seen unpaid after its due day: days from due date at which the ledger
-- began to see it and at which it ended, and how; an open claim is seen until today.
with first_settlements as (
    select min(balances.settled_on) as settled_on
    from core.balances
    join core.claims on claims.claim_id = balances.claim_id
    where claims.amount > 0
),

-- What ended before the first settlement on file is not on file: claims of that time are there
-- because they lived on (left truncation). The same before a mandate, and before an opening entry.
entries as (
    select
        claims.claim_id,
        claims.debtor_id,
        claims.amount,
        claims.eur_per_unit,
        claims.due_on,
        greatest(
            claims.due_on, claims.known_on, creditors.mandate_on, first_settlements.settled_on
        ) as entered_on
    from core.claims
    cross join first_settlements
    left join staging.creditors on creditors.creditor_id = claims.creditor_id
    where claims.due_on is not null
      and claims.date_basis <> 'unknown'
      and claims.amount > 0
      and first_settlements.settled_on is not null
),

proceedings as (
    select
        entries.claim_id,
        bool_or(
            insolvencies.opened_on <= entries.entered_on
            and coalesce(insolvencies.closed_on > entries.entered_on, true)
        ) as is_running,
        min(insolvencies.opened_on) filter (where insolvencies.opened_on > entries.entered_on)
            as opened_on
    from entries
    join core.insolvencies on insolvencies.debtor_id = entries.debtor_id
    group by entries.claim_id
),

lawsuits as (
    select
        claim_id,
        min(taken_on) as taken_on
    from core.legal_steps
    group by claim_id
),

ends as (
    select
        entries.claim_id,
        entries.debtor_id,
        entries.amount,
        entries.eur_per_unit,
        entries.due_on,
        entries.entered_on,
        balances.settled_on,
        balances.settled_by,
        proceedings.opened_on,
        lawsuits.taken_on,
        least($as_of, balances.settled_on, proceedings.opened_on, lawsuits.taken_on) as ended_on
    from entries
    join core.balances on balances.claim_id = entries.claim_id
    left join proceedings on proceedings.claim_id = entries.claim_id
    left join lawsuits on lawsuits.claim_id = entries.claim_id
    where not coalesce(proceedings.is_running, false)
)

select
    ends.claim_id,                                  -- #unique #not_null
    ends.debtor_id,                                 -- #not_null
    debtors.kind as debtor_kind,                    -- #not_null
    debtors.headcount,
    cast(ends.amount as double) * ends.eur_per_unit as amount_eur,
    ends.due_on,                                    -- #not_null
    ends.entered_on,                                -- #not_null
    ends.ended_on,                                  -- #not_null
    date_diff('day', ends.due_on, ends.entered_on) as from_days, -- #not_null #nonnegative
    date_diff('day', ends.due_on, ends.ended_on) as to_days, -- #not_null #positive
    case
        when ends.settled_on = ends.ended_on and ends.settled_by = 'payment' then 'paid'
        when ends.settled_on = ends.ended_on and ends.settled_by = 'credit' then 'credited'
        when ends.settled_on = ends.ended_on then 'written_off'
        when ends.opened_on = ends.ended_on then 'insolvency'
        when ends.taken_on = ends.ended_on then 'litigation'
        else 'open'
    end as ended_as            -- #not_null #in(paid, credited, written_off, insolvency, litigation, open)
from ends
join core.debtors on debtors.debtor_id = ends.debtor_id
where ends.ended_on > ends.entered_on
