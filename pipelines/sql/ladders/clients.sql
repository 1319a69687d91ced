-- One row per creditor of the published day with its name: those with an open claim, and those imported.
with known as (
    select creditor_id from mart.claims where creditor_id is not null
    union
    select creditor_id from staging.creditors
)

select
    known.creditor_id,
    coalesce(creditors.name, known.creditor_id) as name
from known
left join staging.creditors on creditors.creditor_id = known.creditor_id
order by known.creditor_id
