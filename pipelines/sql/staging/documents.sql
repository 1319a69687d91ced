-- One row per document dated by the day; an undated one is on file since its claim is.
select
    document_id,                                    -- #unique #not_null
    claim_id,                                       -- #not_null
    kind,                                           -- #not_null
    dated_on,
    path,
    sha256
from ledger.documents
where (dated_on is null or dated_on <= $as_of)
  and (deleted_on is null or deleted_on > $as_of)
