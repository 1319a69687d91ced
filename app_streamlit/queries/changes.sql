-- One row per claim that came, went or moved since the last earlier day that was run.
with today as (
    select max(as_of) as as_of from mart.runs
),

earlier as (
    select as_of, run_id
    from history.recommendations
    where as_of < (select as_of from today)
    group by as_of, run_id
    order by as_of desc, run_id desc
    limit 1
),

before as (
    select r.claim_id, r.debtor_id, r.action, r.stage, e.as_of
    from history.recommendations as r
    join earlier as e on r.run_id = e.run_id
),

compared as (
    select
        coalesce(n.claim_id, b.claim_id) as claim_id,
        coalesce(n.debtor_id, b.debtor_id) as debtor_id,
        case
            when b.claim_id is null then 'new'
            when n.claim_id is null then 'gone'
            else 'moved'
        end as kind,
        b.action as action_before,
        n.action as action_now,
        b.stage as stage_before,
        n.stage as stage_now
    from before as b
    full join mart.recommendations as n on b.claim_id = n.claim_id
    where (select count(*) from earlier) > 0
        and (
            b.claim_id is null
            or n.claim_id is null
            or b.action <> n.action
            or b.stage is distinct from n.stage
        )
)

select
    compared.kind,
    compared.claim_id,
    coalesce(d.name, compared.debtor_id) as debtor_name,
    coalesce(m.open_amount, c.amount) as amount,
    c.currency,
    compared.action_before,
    compared.action_now,
    compared.stage_before,
    compared.stage_now,
    case
        when compared.kind = 'gone' then coalesce('settled_' || w.settled_by, 'withdrawn')
        when compared.kind = 'new' and c.issued_on is null then 'undated'
        when compared.kind = 'new' then 'issued'
    end as why,
    case
        when compared.kind = 'moved' then r.reason
    end as reason,
    case
        when compared.kind = 'moved' then r.reason_en
    end as reason_en,
    (select as_of from earlier) as since
from compared
left join core.claims as c on compared.claim_id = c.claim_id
left join core.debtors as d on compared.debtor_id = d.debtor_id
left join core.balances as w on compared.claim_id = w.claim_id
left join mart.claims as m on compared.claim_id = m.claim_id
left join mart.recommendations as r on compared.claim_id = r.claim_id
order by compared.kind, amount desc nulls last, compared.claim_id
