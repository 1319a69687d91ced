-- One row per event of a claim that the later day knows and the earlier did not, oldest first.
select t.claim_id, t.happened_at, t.kind, t.label_code, t.channel, t.stage, t.amount, t.note
from later.core.timeline as t
anti join earlier.core.timeline as e
    on t.claim_id = e.claim_id
    and t.source_table = e.source_table
    and t.source_key = e.source_key
    and t.kind = e.kind
where ($claim_id is null or t.claim_id = $claim_id)
  and (t.kind <> 'issued' or t.happened_at > (select max(as_of) from earlier.mart.runs))
  and t.claim_id in (
      select claim_id from earlier.mart.claims
      union all
      select claim_id from later.mart.claims
  )
order by t.claim_id, t.happened_at, t.source_table, t.source_key
