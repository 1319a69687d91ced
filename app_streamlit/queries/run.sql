-- One row: the run whose tables are published.
select as_of, run_id, started_at, finished_at, seconds, rows, models, parameters, code
from mart.runs
order by started_at desc
limit 1
