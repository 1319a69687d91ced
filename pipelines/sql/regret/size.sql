-- One row: how many rows of the history the decisions of a day would look at.
select count(*) as n
from previous.history.runs
join previous.history.recommendations on recommendations.run_id = runs.run_id
where runs.as_of <= $as_of - $horizon
  and runs.as_of > $as_of - $horizon - 365
