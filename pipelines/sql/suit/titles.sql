-- One row per suit, procedure and days of its decision and service, of every suit with an order or
-- a title or of one of them: what is known of it, with its debtor and the time of the title.
with seizures as (
    -- Seizures may be told under a procedure of their own.
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
    any_value(d.residence) as residence,
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
    bool_or(t.is_in_part) as in_part,
    list(o.claim_id order by o.claim_id) as claim_ids,
    case
        when bool_and(t.told is not null) then cast(sum(t.told) as decimal(18, 2))
        when bool_and(w.is_told) then cast(sum(w.granted) as decimal(18, 2))
    end as granted,
    -- What counts of each claim is its last title, or the order that may still be served.
    coalesce(cast(sum(cast(w.claimed as decimal(30, 2)) * m.eur_per_unit) filter (where w.is_last) as decimal(18, 2)), 0)
        as claimed_eur,
    coalesce(cast(sum(cast(w.granted as decimal(30, 2)) * m.eur_per_unit) filter (where w.is_last) as decimal(18, 2)), 0)
        as granted_eur,
    coalesce(cast(sum(cast(w.carried as decimal(30, 2)) * m.eur_per_unit) filter (where w.is_last) as decimal(18, 2)), 0)
        as carried_eur,
    coalesce(
        sum(
            cast(
                coalesce(
                    o.titled_accessories,
                    (o.late_penalties + o.legal_interest + o.fixed_indemnity) * w.granted / w.claimed
                ) * m.eur_per_unit as decimal(18, 2)
            )
        ) filter (where w.is_last and w.claimed > 0),
        0
    ) as accessories_eur,
    bool_or(t.is_in_part and t.won_on is null and not w.is_told) as is_untold,
    max(s.seized_on) as seized_on,
    coalesce(max(s.n_fruitless), 0) as n_fruitless,
    min(o.title_on) as title_on,
    max(o.enforceable_on) as enforceable_on,
    min(o.limitation_earliest_on) filter (where o.title_on is not null) as ends_on,
    bool_and(coalesce(o.legal_status = 'unenforceable', false)) as is_unenforceable,
    bool_or(coalesce(not o.suit_approved, false)) as is_refused,
    bool_and(coalesce(o.suit_approved, false)) as is_approved,
    bool_or(n.has_land) as has_land,
    coalesce(bool_and(n.land_decided), false) as land_decided,
    any_value(a.course) as advised,
    cast(sum(o.open_amount_eur) as decimal(18, 2)) as open_eur
from core.open_claims as o
join core.court_decisions as t on o.claim_id = t.claim_id
join core.awards as w on t.claim_id = w.claim_id and t.procedure = w.procedure
join core.claims as m on o.claim_id = m.claim_id
join core.debtors as d on o.debtor_id = d.debtor_id
left join staging.creditors as c on o.creditor_id = c.creditor_id
left join seizures as s on o.claim_id = s.claim_id
left join core.clearances as n on o.claim_id = n.claim_id
left join mart.litigation as a on o.suit_id = a.suit_id and a.recommended
where o.suit_id is not null
  and ($suit_id is null or o.suit_id = $suit_id)
group by o.suit_id, t.procedure, t.granted_on, t.won_on, t.served_on, t.opposed_on
order by o.suit_id, t.granted_on nulls last, t.won_on, t.procedure
