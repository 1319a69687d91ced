-- One row per label given by the day.
select
    debtor_id,                                      -- #not_null #unique(labelled_on, labelled_by)
    profile,                                        -- #not_null
    labelled_on,                                    -- #not_null
    labelled_by,
    blind
from ledger.profile_labels
where labelled_on <= $as_of
  and (deleted_on is null or deleted_on > $as_of)
