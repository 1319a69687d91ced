-- One row: the figures at the head of the day.
select
    (select count(*) from mart.claims) as n_claims,
    (select coalesce(sum(open_amount_eur), 0) from mart.claims) as open_eur,
    (select coalesce(sum(open_amount_eur), 0) from mart.claims where days_overdue > 0) as overdue_eur,
    (select count(*) from mart.claims where list_contains(flags, 'no_rate')) as n_without_rate,
    (select count(*) from mart.claims where date_basis = 'assumed') as n_assumed,
    (select count(*) from mart.claims where date_basis = 'unknown') as n_unknown_date,
    (select coalesce(sum(amount), 0) from mart.credits) as credits,
    (select count(*) from mart.claims where disputed_amount > 0) as n_disputed,
    (
        select count(*) from core.promises
        where status = 'broken' and due_on <= $as_of and due_on > $as_of - interval 30 day
    ) as n_promises_missed,
    (select count(*) from mart.quarantine) as n_quarantined,
    (select count(*) from mart.claims where list_contains(flags, 'lettered_outside_file')) as n_outside
