-- One row: the run, and the versions of models, legal parameters and code that it used.
select r.run_id, r.as_of, r.models, r.parameters, r.code
from mart.runs as r
