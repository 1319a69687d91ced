-- One row per value of the client that held on the day in the place of the law's.
select r.subject || '.' || r.name as parameter, r.from_on, r.printed, r.article, r.why
from law.replaced as r
order by parameter
