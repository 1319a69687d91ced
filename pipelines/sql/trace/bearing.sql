-- One row per open claim that bears interest: by which rule, on which principal from now on, and
-- what it has borne exactly (in hundred-millionths of a unit times days).
select
    t.rule, t.agreed_rate, t.uplift_on, t.from_on, t.is_commercial,
    t.to_on < (select max(as_of) from mart.runs) as is_stopped,
    coalesce(i.balance, b.balance, 0) as balance,
    coalesce((
        select sum(cast(l.balance * 100 as hugeint) * cast(l.rate * 1000000 as hugeint) * l.n_days)
        from core.interest_lines as l where l.claim_id = t.claim_id
    ), 0) as daily_products
from core.interest_terms as t
join mart.claims as m on t.claim_id = m.claim_id
left join (
    select claim_id, arg_max(balance, step) as balance from core.imputations group by claim_id
) as i on t.claim_id = i.claim_id
left join (
    select claim_id, arg_max(balance, from_on) as balance
    from core.balance_stretches
    where to_on = (select max(as_of) from mart.runs)
    group by claim_id
) as b on t.claim_id = b.claim_id
where t.claim_id = $claim_id
