-- One row per notice and proceeding that it opens or closes, as text for the intake; place 1 is
-- the first notice of the proceeding.
with touched as (
    select row_number, debtor_id, opened_on, kind
    from bodacc_openings
    union
    select matched.row_number, matched.debtor_id, proceedings.opened_on, proceedings.kind
    from bodacc_matched as matched
    join bodacc_proceedings as proceedings
        on proceedings.debtor_id = matched.debtor_id
        and proceedings.closed_on = matched.judged_on
    where matched.effect = 'closing'
)

select
    touched.row_number,
    touched.debtor_id,
    cast(touched.opened_on as varchar) as opened_on,
    touched.kind,
    cast(proceedings.published_on as varchar) as published_on,
    cast(proceedings.known_on as varchar) as known_on,
    cast(proceedings.declared_on as varchar) as declared_on,
    cast(proceedings.closed_on as varchar) as closed_on,
    row_number() over (
        partition by touched.debtor_id, touched.opened_on, touched.kind
        order by touched.row_number
    ) as place
from touched
left join bodacc_proceedings as proceedings
    on proceedings.debtor_id = touched.debtor_id
    and proceedings.opened_on is not distinct from touched.opened_on
    and proceedings.kind = touched.kind
