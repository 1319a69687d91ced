-- One row per open claim: what is due, part by part.
select
    m.open_amount,
    m.disputed_amount,
    m.chaseable_amount,
    m.days_overdue,
    m.stage,
    m.late_penalties,
    m.legal_interest,
    m.fixed_indemnity,
    m.total_due,
    m.limitation_on,
    m.limitation_earliest_on,
    m.suit_id,
    m.flags
from mart.claims as m
where m.claim_id = $claim_id
