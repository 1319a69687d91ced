-- One row per line of the statement of account of an open claim, or of every open claim without
-- one: principal, payments and credits, each stretch of interest with its rate and article, the
-- indemnity. Amounts are to the cent and add up to the total due: the last stretch of interest
-- absorbs what rounding left.
with asked as (
    select m.claim_id, m.debtor_id, m.currency, m.fixed_indemnity, runs.as_of
    from mart.claims as m
    cross join (select max(as_of) as as_of from mart.runs) as runs
    where $claim_id is null or m.claim_id = $claim_id
),

exact as (
    select
        l.*,
        -- In hundred-millionths of a unit times days: whole numbers, so that rounding is exact.
        cast(l.balance * 100 as hugeint) * cast(l.rate * 1000000 as hugeint) * l.n_days as product
    from core.interest_lines as l
    join asked on l.claim_id = asked.claim_id
),

rounded as (
    select
        l.*,
        (2 * l.product + 365000000) // 730000000 as cents,
        (2 * sum(l.product) over so_far + 365000000) // 730000000 as cents_so_far,
        row_number() over (partition by l.claim_id order by l.from_on desc) = 1 as is_last
    from exact as l
    window so_far as (
        partition by l.claim_id order by l.from_on
        rows between unbounded preceding and current row
    )
),

-- The last stretch absorbs what rounding left; where many rounded up would leave it below nothing,
-- each takes what the sum so far has grown by.
stretches as (
    select
        r.*,
        cast(case
            when coalesce(sum(r.cents) filter (where not r.is_last) over (partition by r.claim_id), 0)
                > max(r.cents_so_far) over (partition by r.claim_id)
                then r.cents_so_far - coalesce(
                    lag(r.cents_so_far) over (partition by r.claim_id order by r.from_on), 0
                )
            when r.is_last
                then r.cents_so_far - coalesce(
                    sum(r.cents) filter (where not r.is_last) over (partition by r.claim_id), 0
                )
            else r.cents
        end as decimal(18, 0)) * cast(0.01 as decimal(3, 2)) as told
    from rounded as r
),

settled as (
    select claim_id, moved_on, sum(to_interest) as to_interest, sum(to_principal) as to_principal
    from core.imputations
    where step > 0
    group by claim_id, moved_on
),

lines as (
    select
        1 as part, c.claim_id, 'principal' as line, c.issued_on as from_on,
        cast(null as date) as to_on, cast(null as bigint) as days,
        cast(null as decimal(18, 2)) as base, cast(null as decimal(12, 6)) as rate,
        cast(null as varchar) as rule, c.invoice_number as label, c.amount,
        cast(null as decimal(18, 2)) as to_interest, cast(null as decimal(18, 2)) as to_principal
    from core.claims as c
    join asked on c.claim_id = asked.claim_id
    union all
    select
        2, p.claim_id,
        case when p.is_debtor_paying then 'payment' else 'credit' end
            || case when p.amount < 0 then '_reversed' else '' end,
        p.paid_on, null, null, null, null,
        case when t.is_interest_first then 'interest_first' end, p.method, -p.amount,
        -- Told once a day, on its last movement.
        case when row_number() over (
            partition by p.claim_id, greatest(p.paid_on, t.due_on) order by p.paid_on desc, p.payment_id desc
        ) = 1 then s.to_interest end,
        case when row_number() over (
            partition by p.claim_id, greatest(p.paid_on, t.due_on) order by p.paid_on desc, p.payment_id desc
        ) = 1 then s.to_principal end
    from core.payments as p
    join asked on p.claim_id = asked.claim_id
    left join core.interest_terms as t on p.claim_id = t.claim_id
    left join settled as s on p.claim_id = s.claim_id and greatest(p.paid_on, t.due_on) = s.moved_on
    union all
    -- No money, but what explains a base below the balance.
    select
        2, j.claim_id, 'justified', t.due_on, coalesce(j.until_on, asked.as_of),
        null, j.amount, null, 'justified', null, 0, null, null
    from core.justified_parts as j
    join asked on j.claim_id = asked.claim_id
    join core.interest_terms as t on j.claim_id = t.claim_id
    where coalesce(j.until_on, asked.as_of) > t.due_on
    union all
    select
        3, s.claim_id, case when t.is_commercial then 'penalties' else 'legal_interest' end,
        s.from_on, s.to_on, s.n_days, s.balance, s.rate, s.rule, null, s.told, null, null
    from stretches as s
    join core.interest_terms as t on s.claim_id = t.claim_id
    union all
    select
        4, asked.claim_id, 'indemnity', t.due_on + 1, null, null, null, null,
        case when t.rule = 'public' then 'public_indemnity' else 'indemnity' end, null,
        asked.fixed_indemnity, null, null
    from asked
    join core.interest_terms as t on asked.claim_id = t.claim_id
    where asked.fixed_indemnity > 0
)

select
    asked.as_of, lines.claim_id, asked.debtor_id,
    row_number() over (
        partition by lines.claim_id order by lines.part, lines.from_on nulls first, lines.label
    ) as number,
    lines.line, lines.label, lines.from_on, lines.to_on, lines.days, lines.base, lines.rate,
    lines.rule, coalesce(o.article, case when lines.rule = 'interest_first' then 'art. 1343-1 C. civ.' end)
        as article,
    o.is_to_verify, o.replaced, lines.to_interest, lines.to_principal, lines.amount, asked.currency
from lines
join asked on lines.claim_id = asked.claim_id
left join law.rate_sources as o
    on lines.rule = o.rule and o.from_on <= lines.from_on
    and coalesce(o.to_on, date '9999-12-31') > lines.from_on
order by lines.claim_id, number
