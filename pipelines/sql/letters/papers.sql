-- One row per document on file of the claims asked for, newest first.
select
    claim_id,
    kind,
    dated_on
from staging.documents
where list_contains($claim_ids, claim_id)
order by claim_id, kind, dated_on desc nulls last, document_id
