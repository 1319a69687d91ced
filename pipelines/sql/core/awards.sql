-- One row per claim and procedure with a decision for the creditor: what it grants of what was open
-- that day, and what is left of that, in the claim's currency, principal. A claim was granted the
-- sum told for it, at most what was open of it, and all of that where none is told. Where a
-- decision grants claims in part and leaves one of them without a sum, the sums told are shared
-- over them by what was open of each, to the cent. Payments since go to what was granted first
-- (C. civ. 1342-10), credit notes and write-offs to the rest first.
with paid as (
    select
        court_decisions.claim_id,
        court_decisions.procedure,
        sum(payments.amount) filter (where payments.paid_on < court_decisions.decided_on) as before,
        sum(payments.amount) filter (
            where payments.paid_on >= court_decisions.decided_on
              and payments.method not in ('credit_note', 'write_off')
        ) as since,
        sum(payments.amount) filter (
            where payments.paid_on >= court_decisions.decided_on
              and payments.method in ('credit_note', 'write_off')
        ) as credited
    from core.court_decisions
    join core.payments on payments.claim_id = court_decisions.claim_id
    group by court_decisions.claim_id, court_decisions.procedure
),

-- In cents, so that what is shared adds up.
decided as (
    select
        d.claim_id,
        d.procedure,
        d.decided_on,
        d.title_on,
        d.procedure in ('payment_order', 'merits', 'tj_request', 'european_small_claim')
            or d.won_on is not null and d.procedure <> 'summary' as is_final,
        d.is_in_part and d.won_on is null as is_in_part,
        coalesce(claims.creditor_id, '') || '|' || claims.debtor_id || '|' || claims.currency
            || '|' || d.procedure || '|' || cast(d.decided_on as varchar) as decision,
        cast(d.told * 100 as hugeint) as told,
        cast(greatest(claims.amount - coalesce(paid.before, 0), 0) * 100 as hugeint) as claimed,
        cast(coalesce(paid.since, 0) * 100 as hugeint) as since,
        cast(coalesce(paid.credited, 0) * 100 as hugeint) as credited,
        cast(balances.open_amount * 100 as hugeint) as remaining
    from core.court_decisions as d
    join core.claims on claims.claim_id = d.claim_id
    join core.balances on balances.claim_id = d.claim_id
    left join paid on paid.claim_id = d.claim_id and paid.procedure = d.procedure
),

summed as (
    select
        claim_id,
        procedure,
        is_in_part
            and bool_or(told is null) over (partition by decision, is_in_part)
            and bool_or(told is not null) over (partition by decision, is_in_part) as is_shared,
        sum(told) over (partition by decision, is_in_part) as all_told,
        sum(claimed) over (partition by decision, is_in_part) as all_claimed,
        sum(claimed) over (
            partition by decision, is_in_part
            order by claim_id
            rows between unbounded preceding and current row
        ) as so_far
    from decided
),

granting as (
    select
        d.claim_id,
        d.procedure,
        d.decided_on,
        d.title_on,
        d.is_final,
        d.told is not null or summed.is_shared as is_told,
        d.claimed,
        d.since,
        d.credited,
        d.remaining,
        case
            when summed.is_shared and summed.all_claimed > 0 then
                (2 * least(summed.all_told, summed.all_claimed) * summed.so_far + summed.all_claimed)
                    // (2 * summed.all_claimed)
                - (
                    2 * least(summed.all_told, summed.all_claimed) * (summed.so_far - d.claimed)
                    + summed.all_claimed
                ) // (2 * summed.all_claimed)
            else least(coalesce(d.told, d.claimed), d.claimed)
        end as granted
    from decided as d
    join summed on summed.claim_id = d.claim_id and summed.procedure = d.procedure
)

select
    claim_id,                                       -- #not_null
    procedure,                                      -- #not_null
    decided_on,                                     -- #not_null
    title_on,
    is_told,                                        -- #not_null
    cast(cast(claimed as decimal(20, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2))
        as claimed,                                 -- #not_null #nonnegative
    cast(cast(granted as decimal(20, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2))
        as granted,                                 -- #not_null #nonnegative
    cast(
        cast(
            greatest(
                least(granted - since - greatest(credited - (claimed - granted), 0), remaining), 0
            ) as decimal(20, 0)
        ) * cast(0.01 as decimal(3, 2)) as decimal(18, 2)
    ) as carried,                                   -- #not_null #nonnegative
    -- Refused by a judgment, or let go by serving an order for a part: not brought again (C. civ.
    -- 1355, CPC 1409).
    granted < claimed and title_on is not null and is_final as is_rest_lost, -- #not_null
    row_number() over (
        partition by claim_id
        order by title_on is null, title_on desc, decided_on desc, procedure
    ) = 1 as is_last                                -- #not_null
from granting
