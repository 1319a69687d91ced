-- One row per proceeding that the notices open or close, with the store's word where it has one.
with united as (
    select
        debtor_id,
        opened_on,
        kind,
        published_on,
        known_on,
        declared_on,
        cast(null as date) as closed_on
    from bodacc_openings
    union all
    select
        debtor_id,
        opened_on,
        kind,
        published_on,
        coalesce(known_on, published_on),
        declared_on,
        closed_on
    from main.insolvencies
    where kind <> 'over_indebtedness' and deleted_on is null
),

known as (
    -- A corrected notice does not move the day from which the creditors had to know.
    select
        debtor_id,
        opened_on,
        kind,
        min(published_on) as published_on,
        min(known_on) as known_on,
        min(declared_on) as declared_on,
        min(closed_on) as closed_on
    from united
    group by debtor_id, opened_on, kind
),

closings as (
    select known.debtor_id, known.opened_on, known.kind, min(matched.judged_on) as closed_on
    from known
    join bodacc_matched as matched
        on matched.debtor_id = known.debtor_id
        and matched.effect = 'closing'
        and matched.judged_on >= known.opened_on
    group by known.debtor_id, known.opened_on, known.kind
)

select
    known.debtor_id,
    known.opened_on,
    known.kind,
    known.published_on,
    case when known.known_on > known.published_on then known.known_on end as known_on,
    known.declared_on,
    coalesce(known.closed_on, closings.closed_on) as closed_on
from known
left join closings
    on closings.debtor_id = known.debtor_id
    and closings.opened_on = known.opened_on
    and closings.kind = known.kind
