-- One row per document of the claims named in the store, with the source that told of it; an
-- electronic invoice that was imported as a file of its own is the invoice itself.
select
    d.document_id,
    d.claim_id,
    d.kind,
    d.dated_on,
    d.path,
    d.sha256,
    s.path as source_path,
    false as is_source
from documents as d
left join intake.sources as s on d.source_id = s.source_id
where list_contains($claim_ids, d.claim_id)
  and (d.dated_on is null or d.dated_on <= $as_of)
  and (d.deleted_on is null or d.deleted_on > $as_of)
union all
select
    'source:' || c.claim_id,
    c.claim_id,
    'invoice',
    c.issued_on,
    s.path,
    s.fingerprint,
    s.path,
    true
from claims as c
join intake.sources as s on c.source_id = s.source_id
where list_contains($claim_ids, c.claim_id)
  and s.format = 'einvoice'
order by 2, 1
