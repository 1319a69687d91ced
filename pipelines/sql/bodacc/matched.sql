-- One row per notice of a collective proceeding and debtor whose SIREN it names.
with named as (
    select
        row_number,
        published_on,
        judged_on,
        kind,
        effect,
        unnest(sirens) as siren
    from bodacc_notices
    where is_collective
)

select distinct
    named.row_number,
    debtors.debtor_id,
    named.published_on,
    named.judged_on,
    named.kind,
    named.effect
from named
join main.debtors on debtors.siren = named.siren
where debtors.deleted_on is null
