-- One row per imported label known on the day, in the order they were given.
select
    debtor_id,
    coalesce(labelled_by, '') as labelled_by,
    profile,
    labelled_on,
    coalesce(blind, false) as blind
from staging.profile_labels
order by labelled_on, labelled_by, debtor_id
