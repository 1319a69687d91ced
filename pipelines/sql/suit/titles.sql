-- One row per suit, procedure and days of its decision and service, of every suit with an order or
-- a title or of one of them: what is known of it, with its debtor and the time of the title.
with steps as (
    select
        l.claim_id,
        l.procedure,
        min(l.taken_on) filter (where l.step in ('granted', 'granted_in_part')) as granted_on,
        min(l.taken_on) filter (where l.step = 'judged_won') as won_on,
        max(l.taken_on) filter (where l.step = 'opposed') as opposed_on,
        bool_or(l.step = 'granted_in_part') as in_part,
        coalesce(
            max(l.amount) filter (where l.step = 'judged_won'),
            arg_min(l.amount, l.taken_on) filter (where l.step in ('granted', 'granted_in_part'))
        ) as granted
    from core.legal_steps as l
    where not l.is_void
    group by l.claim_id, l.procedure
),

-- A service counts of the decision that it follows.
served as (
    select
        s.claim_id,
        s.procedure,
        s.granted_on,
        s.won_on,
        s.opposed_on,
        s.in_part,
        s.granted,
        max(l.taken_on) filter (
            where l.step = 'served' and l.taken_on >= coalesce(s.won_on, s.granted_on)
        ) as served_on
    from steps as s
    join core.legal_steps as l
        on s.claim_id = l.claim_id and s.procedure = l.procedure and not l.is_void
    where coalesce(s.won_on, s.granted_on) is not null
    group by s.claim_id, s.procedure, s.granted_on, s.won_on, s.opposed_on, s.in_part, s.granted
),

-- Seizures may be told under a procedure of their own.
seizures as (
    select
        l.claim_id,
        max(l.taken_on) filter (where l.step = 'seized') as seized_on,
        count(distinct l.taken_on) filter (
            where l.step = 'seized' and coalesce(l.amount, 0) = 0
        ) as n_fruitless
    from core.legal_steps as l
    where not l.is_void
    group by l.claim_id
)

select
    o.suit_id,
    any_value(o.debtor_id) as debtor_id,
    any_value(coalesce(d.name, d.debtor_id)) as debtor_name,
    any_value(d.kind) as debtor_kind,
    any_value(d.country) as country,
    any_value(c.kind) as creditor_kind,
    bool_or(d.is_vulnerable) as is_vulnerable,
    any_value(d.insolvency_kind) as insolvency,
    any_value(d.insolvency_published_on) as published_on,
    bool_and(o.has_longer_to_declare) as has_longer,
    bool_and(o.declared_on is not null) as is_declared,
    t.procedure,
    t.granted_on,
    t.won_on,
    t.served_on,
    t.opposed_on,
    bool_or(t.in_part) as in_part,
    list(o.claim_id order by o.claim_id) as claim_ids,
    case when bool_and(t.granted is not null) then cast(sum(t.granted) as decimal(18, 2)) end
        as granted,
    max(s.seized_on) as seized_on,
    coalesce(max(s.n_fruitless), 0) as n_fruitless,
    min(o.title_on) as title_on,
    max(o.enforceable_on) as enforceable_on,
    min(o.limitation_earliest_on) filter (where o.title_on is not null) as ends_on,
    bool_and(coalesce(o.legal_status = 'unenforceable', false)) as is_unenforceable,
    bool_or(coalesce(not o.suit_approved, false)) as is_refused,
    bool_and(coalesce(o.suit_approved, false)) as is_approved,
    any_value(a.course) as advised,
    cast(sum(o.open_amount_eur) as decimal(18, 2)) as open_eur
from core.open_claims as o
join served as t on o.claim_id = t.claim_id
join core.debtors as d on o.debtor_id = d.debtor_id
left join staging.creditors as c on o.creditor_id = c.creditor_id
left join seizures as s on o.claim_id = s.claim_id
left join mart.litigation as a on o.suit_id = a.suit_id and a.recommended
where o.suit_id is not null
  and ($suit_id is null or o.suit_id = $suit_id)
group by o.suit_id, t.procedure, t.granted_on, t.won_on, t.served_on, t.opposed_on
order by o.suit_id, t.granted_on nulls last, t.won_on, t.procedure
