-- One row per imported label known on the day, in the order they were given.
select
    debtor_id,
    given_by as labelled_by,
    profile,
    cast(given_at as date) as labelled_on,
    is_blind as blind
from core.labels
where source_key is null
order by given_at, given_by, debtor_id
