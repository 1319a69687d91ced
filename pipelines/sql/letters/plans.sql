-- One row per instalment offered to the contacts asked for, in order of time.
select
    contact_group_id,
    due_on,
    amount
from mart.plan_offers
where list_contains($groups, contact_group_id)
order by contact_group_id, due_on
