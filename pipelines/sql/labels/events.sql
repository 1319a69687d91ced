-- One row per event of the debtors asked for, newest first, the newest of each debtor only.
select
    debtor_id,
    claim_id,
    happened_at,
    kind,
    label_code,
    channel,
    tone,
    amount,
    case when kind in ('interaction', 'dispute') then note end as note
from core.timeline
where list_contains($debtor_ids, debtor_id) and kind <> 'document'
qualify row_number() over (
    partition by debtor_id order by happened_at desc, source_table, source_key, kind
) <= $most
order by debtor_id, happened_at desc, source_table, source_key, kind
