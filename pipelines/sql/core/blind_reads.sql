-- One row per debtor that somebody read blind, whether a profile could be said of it or not.
select debtor_id                                    -- #unique #not_null
from core.labels
where is_blind
union
select debtor_id
from core.decisions
where kind = 'answer' and question = 'blind_label' and debtor_id is not null
