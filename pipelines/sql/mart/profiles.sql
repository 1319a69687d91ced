-- One row per debtor with an open claim.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(debtor_id as varchar) as debtor_id, -- #unique #not_null
    cast(p_disorganised as double) as p_disorganised,
    cast(p_cash_strapped as double) as p_cash_strapped,
    cast(p_bad_faith as double) as p_bad_faith,
    cast(p_dissatisfied as double) as p_dissatisfied,
    cast(profile as varchar) as profile, -- #not_null
    cast(certainty as double) as certainty,
    cast(likeliest as varchar) as likeliest, -- #not_null
    cast(evidence as struct(signal varchar, "for" varchar, weight double, "on" date, quote varchar)[]) as evidence,
    cast(next_question as varchar) as next_question,
    cast(question_value as double) as question_value
from scores.profiles
order by debtor_id
