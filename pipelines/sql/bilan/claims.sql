-- One row per claim of a line of the first look, the worthiest and largest first, at most $most.
select
    bilan.claim_id,
    coalesce(debtors.name, claims.debtor_id) as debtor_name,
    core_claims.invoice_number,
    core_claims.due_on,
    claims.days_overdue,
    claims.currency,
    claims.open_amount,
    claims.stage,
    bilan.amount,
    bilan.worth
from mart.bilan
join mart.claims on claims.claim_id = bilan.claim_id
join core.claims as core_claims on core_claims.claim_id = bilan.claim_id
left join core.debtors on debtors.debtor_id = claims.debtor_id
where bilan.line = $line
order by
    case when bilan.line in ('credits', 'gap_kind', 'gap_date') then bilan.worth end desc nulls last,
    bilan.amount desc nulls last,
    bilan.claim_id
limit $most
