-- One row per creditor of the published day: those with an open claim, and those imported.
select creditor_id from mart.claims where creditor_id is not null
union
select creditor_id from staging.creditors
order by creditor_id
