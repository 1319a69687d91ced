-- One row per document of a claim named, as the day knew it.
select d.document_id, d.claim_id, d.kind, d.dated_on, d.path, d.sha256
from staging.documents as d
where list_contains($claim_ids, d.claim_id)
order by d.claim_id, d.document_id
