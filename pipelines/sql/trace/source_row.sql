-- One row: the row of a source from which the store has the claim, as it is held now.
select
    s.path as source, s.format, c.row_number as "row", c.imported_at, c.invoice_number, c.amount,
    c.currency, c.issued_on, c.due_on, c.extra
from main.claims as c
left join intake.sources as s on c.source_id = s.source_id
where c.claim_id = $claim_id
