-- One row per source imported, newest first.
select s.*
from intake.sources as s
order by s.imported_at desc
limit 200
