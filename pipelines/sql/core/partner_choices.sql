-- One row per claim and kind of partner for which a person chose a partner: the last word.
select
    decisions.claim_id,                             -- #not_null #unique(partner_kind)
    decisions.debtor_id,
    partners.kind as partner_kind,                  -- #not_null
    arg_max(partners.partner_id, (decisions."at", decisions.entry_id)) as partner_id, -- #not_null
    max(decisions."at") as chosen_at                -- #not_null
from core.decisions
join staging.partners on partners.partner_id = decisions.answer
where decisions.kind = 'answer'
  and decisions.question = 'partner'
  and decisions.claim_id is not null
group by decisions.claim_id, decisions.debtor_id, partners.kind
