-- One row per document of a claim of the suit.
select d.claim_id, d.kind, d.dated_on
from staging.documents as d
join mart.claims as m on m.claim_id = d.claim_id
where m.suit_id = $suit_id
order by d.claim_id, d.document_id
