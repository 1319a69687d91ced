-- One row per contact of the day, in the order of work.
select
    w.rank,
    w.contact_group_id,
    w.debtor_id,
    coalesce(d.name, w.debtor_id) as debtor_name,
    w.claim_id,
    w.claim_ids,
    w.agent_id,
    w.act_on,
    w.action,
    r.stage,
    w.channel,
    w.tone,
    w.expected_gain,
    w.minutes,
    w.gain_per_minute,
    w.within_capacity,
    sum(w.minutes) over (partition by w.agent_id order by w.rank) as minutes_so_far,
    r.reason,
    r.reason_en,
    r.recommendation_id,
    g.n_claims,
    g.open_eur,
    g.days_overdue,
    g.flags,
    p.profile,
    p.certainty,
    v.p_30,
    v.low,
    v.high
from mart.worklist as w
join mart.recommendations as r on w.contact_group_id = r.contact_group_id and r.is_lead
left join core.debtors as d on w.debtor_id = d.debtor_id
left join mart.profiles as p on w.debtor_id = p.debtor_id
left join mart.recovery as v on w.claim_id = v.claim_id
left join (
    select
        r2.contact_group_id,
        count(*) as n_claims,
        sum(m.open_amount_eur) as open_eur,
        max(m.days_overdue) as days_overdue,
        list_distinct(flatten(list(m.flags))) as flags
    from mart.recommendations as r2
    join mart.claims as m on r2.claim_id = m.claim_id
    group by r2.contact_group_id
) as g on w.contact_group_id = g.contact_group_id
where ($agent is null or w.agent_id = $agent)
order by w.rank
