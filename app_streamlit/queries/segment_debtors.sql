-- One row per debtor of whom a word is said, the most euros open first; at most 500.
select
    p.debtor_id,
    coalesce(d.name, p.debtor_id) as debtor_name,
    sum(m.open_amount_eur) as open_eur,
    arg_max(m.claim_id, m.open_amount_eur) as claim_id,
    p.likeliest,
    p.certainty,
    p.next_question,
    p.question_value
from mart.profiles as p
join mart.claims as m on p.debtor_id = m.debtor_id
left join core.debtors as d on p.debtor_id = d.debtor_id
where p.profile = $word
group by all
order by open_eur desc nulls last, p.debtor_id
limit 500
