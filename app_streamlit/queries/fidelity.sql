-- One row: how closely the reasons reach the published probabilities of the day, 1 where exact.
with gaps as (
    select r.claim_id, r.p_90, coalesce(e.contribution, 0) as gap
    from mart.recovery as r
    left join mart.explanations as e
        on e.subject_id = r.claim_id and e.target = 'p_90' and e.feature = '(unexplained)'
)

select
    avg(abs(gap)) as mean_gap,
    case when var_pop(p_90) > 0 then 1 - avg(gap * gap) / var_pop(p_90) end as r2
from gaps
