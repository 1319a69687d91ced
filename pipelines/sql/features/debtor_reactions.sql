-- One row per debtor, kind of reaction and tone before it: how often, and what it still weighs.
select
    reactions.debtor_id,                            -- #unique(outcome, is_after_firm) #not_null
    reactions.outcome,                              -- #not_null
    reactions.is_after_firm,                        -- #not_null
    count(*) as n,                                  -- #not_null
    cast(sum(reactions.weight) as double) as weight, -- #not_null
    max(cast(reactions."at" as date)) as last_on,   -- #not_null
    arg_max(reactions.note, (reactions."at", reactions.note))
        filter (where reactions.note is not null and reactions.note <> '') as note
from features.reactions
group by reactions.debtor_id, reactions.outcome, reactions.is_after_firm
