-- One row per ledger with contacts in the last four weeks: how many, and minutes where known.
with contacts as (
    select
        debtor_id,
        contact_group_id,
        sum(minutes) as minutes
    from core.actions
    where cast("at" as date) > $as_of - 28
    group by debtor_id, contact_group_id
)

select
    count(*) as n_contacts,                         -- #not_null
    count(minutes) as n_timed,                      -- #not_null
    coalesce(sum(minutes), 0) as minutes            -- #not_null
from contacts
having count(*) > 0
