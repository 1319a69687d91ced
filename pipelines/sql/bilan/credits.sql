-- One row per sum that a debtor has in hand, largest first, at most $most.
select
    coalesce(debtors.name, credits.debtor_id) as debtor_name,
    credits.debtor_id,
    coalesce(creditors.name, credits.creditor_id) as creditor_name,
    credits.amount,
    credits.since,
    credits.source
from mart.credits
left join core.debtors on debtors.debtor_id = credits.debtor_id
left join staging.creditors on creditors.creditor_id = credits.creditor_id
order by credits.amount desc, credits.debtor_id, credits.source
limit $most
