-- One row per open line, debtor that it points to and run of words that may be a number.
select
    to_match.line_id,                               -- #not_null
    to_match.debtor_id,                             -- #not_null
    grams.gram                                      -- #not_null
from bank.to_match
join bank.grams on grams.line_id = to_match.line_id
where regexp_matches(grams.gram, '[0-9]')
