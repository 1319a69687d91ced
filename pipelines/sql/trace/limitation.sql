-- One row per line on the limitation of an open claim: the period that holds, each event with what
-- the law makes of it and by which article, and the two days on which the claim is barred.
with claim as (
    select l.*, c.nature as claim_nature, d.kind as debtor_kind
    from core.limitation as l
    join core.claims as c on l.claim_id = c.claim_id
    join core.debtors as d on c.debtor_id = d.debtor_id
    where l.claim_id = $claim_id
),

events as (
    select e.happened_on, e.until_on, e.event, e.source_table, e.source_key
    from core.limitation_events as e
    join claim on e.claim_id = claim.claim_id
    union all
    select cast(a.at as date), cast(a.at as date),
        case
            when a.channel = 'registered_letter' then 'registered_letter'
            when a.stage = 'formal_notice' and a.channel in ('letter', 'email', 'portal') then 'formal_notice'
            when a.channel in ('letter', 'email', 'portal') then 'written_reminder'
            else 'action'
        end,
        'actions', a.action_id
    from core.actions as a
    join claim on a.claim_id = claim.claim_id
    where a.is_contact
      and not exists (
          select 1 from core.limitation_events as e
          where e.claim_id = a.claim_id and e.source_table = 'actions' and e.source_key = a.action_id
      )
),

told as (
    select
        e.happened_on, e.until_on, e.event, e.source_table, e.source_key, f.effect, f.article,
        f.is_to_verify,
        -- What came after the claim was barred revives nothing; what came before the start moves nothing.
        f.effect <> 'none' and e.until_on > claim.start_on
            and e.happened_on <= claim.limitation_on as is_counted
    from events as e
    cross join claim
    left join law.limitation_effects as f
        on e.event = f.event and f.regime = claim.regime and f.nature = claim.nature
)

select 1 as part, 'period' as line, c.start_on as happened_on, c.earliest_start_on as until_on,
    c.period as event, c.months, cast(null as varchar) as effect, cast(null as boolean) as is_counted,
    p.article, p.is_to_verify, c.is_agreed, cast(null as varchar) as source_table,
    cast(null as varchar) as source_key, p.replaced
from claim as c
left join law.limitation_periods as p on p.regime = c.regime and p.nature = c.nature
union all
select 2, 'event', t.happened_on, case when t.until_on > t.happened_on then t.until_on end, t.event,
    null, t.effect, t.is_counted, t.article, t.is_to_verify, null, t.source_table, t.source_key, null
from told as t
union all
select 3, 'end', c.limitation_on, c.limitation_earliest_on, null, null, null, null, null, null, null,
    null, null, null
from claim as c
order by part, happened_on, event, source_key
