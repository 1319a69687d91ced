-- One row per proceeding the public knew on the day: published, or opened when no publication
-- is on file; a conversion from its own notice on.
select
    debtor_id,                                      -- #not_null #unique(opened_on, kind)
    opened_on,                                      -- #not_null
    kind,                                           -- #not_null
    published_on,
    case when declared_on <= $as_of then declared_on end as declared_on,
    case when closed_on <= $as_of then closed_on end as closed_on
from ledger.insolvencies
where coalesce(known_on, published_on, opened_on) <= $as_of
  and (deleted_on is null or deleted_on > $as_of)
