-- One row per situation and how the advice was taken, all together first, then the most at stake.
select
    profile,
    stage,
    action,
    how,
    n,
    n_debtors,
    eur,
    paid_eur,
    expected_chosen,
    score,
    low,
    high,
    shrunk,
    regret,
    regret_low,
    regret_high,
    verdict
from mart.regret
order by action <> 'all', eur desc, profile, stage, action, how
