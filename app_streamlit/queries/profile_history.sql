-- One row per day on which the debtor was believed something, as it was published, oldest first.
select
    p.as_of,
    p.profile,
    p.certainty,
    p.p_disorganised,
    p.p_cash_strapped,
    p.p_bad_faith,
    p.p_dissatisfied
from history.profiles as p
join history.runs as r on p.run_id = r.run_id
where p.debtor_id = $debtor_id and p.as_of <= $as_of and r.published
qualify row_number() over (partition by p.as_of order by r.started_at desc, p.run_id desc) = 1
order by p.as_of
