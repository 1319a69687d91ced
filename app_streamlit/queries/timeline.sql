-- One row per event of a claim, newest first.
select
    t.happened_at,
    case when t.kind = 'payment' and t.amount < 0 then 'payment_reversed' else t.kind end as kind,
    t.label_code, t.channel, t.stage, t.tone, t.amount, t.note
from core.timeline as t
where t.claim_id = $claim_id
order by t.happened_at desc, t.source_table, t.source_key
