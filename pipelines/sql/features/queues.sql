-- One row per open claim that its own or its debtor's column `queue`, or a fact of that name, puts
-- in a queue that only some collectors serve.
select
    claim_id,                                       -- #unique #not_null
    min(text_value) as queue                        -- #not_null
from features.claim_extras
where name in ('queue', 'debtor_queue') and text_value is not null
group by claim_id
