-- One row per event of a claim named, oldest first: facts of the ledger and of the journal with the
-- row that states them; no note, no opinion, nothing of another debtor. What is told of a contact
-- is whether the ledger says that it is one, and when it came to the debtor.
select
    t.claim_id,
    c.invoice_number,
    t.happened_at,
    t.kind,
    t.label_code,
    t.channel,
    t.stage,
    t.amount,
    case
        when t.kind in ('promise', 'promise_broken') then try_cast(t.note as date)
        when t.kind = 'action' then a.received_on
    end as until_on,
    case when t.kind = 'legal_step' then t.note end as procedure,
    case when t.kind = 'payment' then t.note end as allocation,
    coalesce(a.is_contact, false) as is_contact,
    t.source_table,
    t.source_key
from core.timeline as t
join core.claims as c on t.claim_id = c.claim_id
left join core.actions as a on t.source_table = 'actions' and t.source_key = a.action_id
where list_contains($claim_ids, t.claim_id)
  and t.kind <> 'document'
order by t.happened_at, t.kind, t.claim_id, t.source_table, t.source_key
