-- One row per open claim.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(claim_id as varchar) as claim_id, -- #unique #not_null
    cast(debtor_id as varchar) as debtor_id, -- #not_null
    cast(creditor_id as varchar) as creditor_id,
    cast(agent_id as varchar) as agent_id,
    cast(currency as varchar) as currency, -- #not_null
    cast(open_amount as decimal(18,2)) as open_amount, -- #not_null
    cast(open_amount_eur as decimal(18,2)) as open_amount_eur,
    cast(disputed_amount as decimal(18,2)) as disputed_amount, -- #not_null
    cast(chaseable_amount as decimal(18,2)) as chaseable_amount, -- #not_null
    cast(days_overdue as bigint) as days_overdue,
    cast(date_basis as varchar) as date_basis, -- #not_null
    cast(stage as varchar) as stage, -- #not_null
    cast(late_penalties as decimal(18,2)) as late_penalties, -- #not_null
    cast(legal_interest as decimal(18,2)) as legal_interest, -- #not_null
    cast(fixed_indemnity as decimal(18,2)) as fixed_indemnity, -- #not_null
    cast(total_due as decimal(18,2)) as total_due, -- #not_null
    cast(limitation_on as date) as limitation_on,
    cast(limitation_earliest_on as date) as limitation_earliest_on,
    cast(suit_id as varchar) as suit_id,
    cast(flags as varchar[]) as flags
from core.open_claims
order by claim_id
