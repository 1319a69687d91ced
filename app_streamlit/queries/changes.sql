-- One row per claim that came, was paid, went or moved between an earlier day and a later one.
with before as (
    select
        m.claim_id, m.debtor_id, m.currency, m.open_amount, m.stage, r.action, w.rank,
        coalesce(w.within_capacity, false) as within_time, v.p_90
    from earlier.mart.claims as m
    left join earlier.mart.recommendations as r on m.claim_id = r.claim_id
    left join earlier.mart.worklist as w on r.contact_group_id = w.contact_group_id
    left join earlier.mart.recovery as v on m.claim_id = v.claim_id
),

now as (
    select
        m.claim_id, m.debtor_id, m.currency, m.open_amount, m.stage, r.action, w.rank,
        coalesce(w.within_capacity, false) as within_time, v.p_90, r.reason, r.reason_en
    from later.mart.claims as m
    left join later.mart.recommendations as r on m.claim_id = r.claim_id
    left join later.mart.worklist as w on r.contact_group_id = w.contact_group_id
    left join later.mart.recovery as v on m.claim_id = v.claim_id
),

happened as (
    select t.claim_id, count(*) as n_events
    from later.core.timeline as t
    anti join earlier.core.timeline as e
        on t.claim_id = e.claim_id
        and t.source_table = e.source_table
        and t.source_key = e.source_key
        and t.kind = e.kind
    group by t.claim_id
),

compared as (
    select
        coalesce(now.claim_id, before.claim_id) as claim_id,
        coalesce(now.debtor_id, before.debtor_id) as debtor_id,
        coalesce(now.currency, before.currency) as currency,
        before.open_amount as open_before,
        now.open_amount as open_now,
        before.stage as stage_before,
        now.stage as stage_now,
        before.action as action_before,
        now.action as action_now,
        before.rank as rank_before,
        now.rank as rank_now,
        before.within_time as within_before,
        now.within_time as within_now,
        before.p_90 as p_before,
        now.p_90 as p_now,
        now.reason,
        now.reason_en,
        now.claim_id is null as is_gone,
        before.claim_id is null as is_new,
        abs(now.p_90 - before.p_90) >= 0.05 as has_other_odds
    from before
    full join now on before.claim_id = now.claim_id
),

-- The business reason that did most to move the odds, in the direction in which they moved.
weighed as (
    select claim_id, reason_group, sum(contribution) as contribution
    from (
        select subject_id as claim_id, reason_group, contribution
        from later.mart.explanations
        where target = 'p_90'
          and subject_id in (select claim_id from compared where has_other_odds)
        union all
        select subject_id, reason_group, -contribution
        from earlier.mart.explanations
        where target = 'p_90'
          and subject_id in (select claim_id from compared where has_other_odds)
    ) as both_days
    group by claim_id, reason_group
),

because as (
    select compared.claim_id, weighed.reason_group
    from compared
    join weighed on compared.claim_id = weighed.claim_id
    where compared.has_other_odds
      and weighed.contribution * (compared.p_now - compared.p_before) > 0
    qualify row_number() over (
        partition by compared.claim_id
        order by abs(weighed.contribution) desc, weighed.reason_group
    ) = 1
),

told as (
    select
        case
            when c.is_new then 'new'
            when c.is_gone and w.settled_by = 'payment' then 'paid'
            when c.is_gone then 'gone'
            when c.open_now < c.open_before and w.paid > coalesce(b.paid, 0) then 'part_paid'
            else 'moved'
        end as kind,
        case
            when c.is_gone then coalesce('settled_' || w.settled_by, 'withdrawn')
            when c.is_new and known.claim_id is not null then 'reopened'
            when c.is_new and l.issued_on is null then 'undated'
            when c.is_new and l.issued_on > (select max(as_of) from earlier.mart.runs) then 'issued'
            when c.is_new then 'told_late'
        end as why,
        c.claim_id,
        c.debtor_id,
        coalesce(d.name, gone.name, c.debtor_id) as debtor_name,
        c.currency,
        c.open_before,
        c.open_now,
        cast(coalesce(w.paid, 0) - coalesce(b.paid, 0) as decimal(18, 2)) as paid,
        cast(coalesce(w.credited, 0) - coalesce(b.credited, 0) as decimal(18, 2)) as credited,
        w.settled_on,
        w.last_paid_on,
        c.stage_before, c.stage_now, c.action_before, c.action_now, c.rank_before, c.rank_now,
        c.within_before, c.within_now, c.p_before, c.p_now,
        because.reason_group as odds_reason,
        c.reason, c.reason_en,
        (select max(as_of) from earlier.mart.runs) as since
    from compared as c
    left join later.core.claims as l on c.claim_id = l.claim_id
    left join earlier.core.claims as known on c.claim_id = known.claim_id
    left join later.core.debtors as d on c.debtor_id = d.debtor_id
    left join earlier.core.debtors as gone on c.debtor_id = gone.debtor_id
    left join later.core.balances as w on c.claim_id = w.claim_id
    left join earlier.core.balances as b on c.claim_id = b.claim_id
    left join because on c.claim_id = because.claim_id
    left join happened on c.claim_id = happened.claim_id
    where ($claim_id is null or c.claim_id = $claim_id)
      and (
          c.is_new
          or c.is_gone
          or c.open_before <> c.open_now
          or c.action_before is distinct from c.action_now
          or c.stage_before <> c.stage_now
          or c.within_before <> c.within_now
          or c.has_other_odds
          or happened.n_events > 0
          or $claim_id is not null and c.rank_before is distinct from c.rank_now
      )
)

select *
from told
order by
    case kind when 'new' then 1 when 'paid' then 2 when 'part_paid' then 3 when 'gone' then 4 else 5 end,
    greatest(coalesce(open_before, 0), coalesce(open_now, 0)) desc,
    claim_id
