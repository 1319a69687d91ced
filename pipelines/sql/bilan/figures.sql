-- One row: what the first look says of the whole portfolio, and what each gap costs.
with flagged as (
    select
        claims.claim_id,
        claims.date_basis,
        claims.stage,
        claims.days_overdue,
        claims.debtor_id,
        claims.open_amount_eur,
        list_contains(claims.flags, 'time_barred') as is_barred,
        list_contains(claims.flags, 'near_limitation') as is_near
    from mart.claims
),

suits as (
    select
        litigation.suit_id,
        bool_or(
            list_contains(litigation.obstacles, 'identity_unknown')
            or list_contains(litigation.obstacles, 'address_unknown')
        ) as is_unidentified,
        max(litigation.p_success) filter (where litigation.course = 'payment_order') as p_success
    from mart.litigation
    where litigation.course not in ('amicable', 'plan', 'agency', 'write_off')
    group by litigation.suit_id
),

-- A suit stands without proof when each of its claims does.
proof as (
    select
        claims.suit_id,
        bool_and(bilan.claim_id is not null) as is_unproven
    from mart.claims
    left join mart.bilan on bilan.claim_id = claims.claim_id and bilan.line = 'gap_proof'
    where claims.suit_id is not null
    group by claims.suit_id
)

select
    (select count(*) from mart.claims) as n_claims,
    (select count(distinct debtor_id) from mart.claims) as n_debtors,
    (select sum(open_amount_eur) from mart.claims) as open_eur,
    (select coalesce(sum(open_amount_eur), 0) from mart.claims where days_overdue > 0) as overdue_eur,
    (select count(*) from mart.claims where open_amount_eur is null) as n_without_rate,
    (select coalesce(sum(amount), 0) from mart.credits) as credits_eur,
    (select count(*) from mart.credits) as n_credits,
    (select count(distinct debtor_id) from mart.credits) as n_credit_debtors,
    (select count(*) from flagged where date_basis = 'assumed') as n_assumed,
    (select count(*) from flagged where date_basis = 'unknown') as n_undated,
    (
        select count(*) from flagged
        join mart.bilan on bilan.claim_id = flagged.claim_id and bilan.line = 'gap_kind'
        where flagged.is_barred or flagged.is_near
    ) as n_strict_limitation,
    (
        select count(*) from flagged
        join mart.bilan on bilan.claim_id = flagged.claim_id and bilan.line = 'gap_address'
        where flagged.days_overdue > 0 and flagged.stage in ('not_chased', 'reminder', 'firm_reminder')
    ) as n_notices_blocked,
    (
        select count(*) from mart.bilan as a
        join mart.bilan as c on c.claim_id = a.claim_id and c.line = 'gap_contact'
        where a.line = 'gap_address'
    ) as n_out_of_reach,
    (
        select count(*) from mart.recommendations as r
        join mart.bilan as b on b.claim_id = r.claim_id and b.line = 'gap_contact'
        where r.channel in ('letter', 'registered_letter')
    ) as n_by_letter,
    (select count(*) from suits) as n_suits,
    (select count(*) from suits where is_unidentified) as n_unidentified_suits,
    (select avg(s.p_success) from suits as s join proof as p on p.suit_id = s.suit_id where p.is_unproven)
        as p_success_unproven,
    (
        select avg(s.p_success) from suits as s
        join proof as p on p.suit_id = s.suit_id where not p.is_unproven
    ) as p_success_proven,
    (
        select count(*) from suits as s join proof as p on p.suit_id = s.suit_id where p.is_unproven
    ) as n_unproven_suits,
    (select min(basis) from mart.recovery) as basis_from,
    (select max(basis) from mart.recovery) as basis_to
