-- One row per open line and debtor that something in it points to, with what does; the six best.
with evidence as (
    select
        grams.line_id,
        claim_keys.debtor_id,
        true as names_invoice,
        false as names_siren,
        false as same_account,
        0.0 as name_share
    from bank.grams
    join bank.claim_keys on claim_keys.gram = grams.gram and claim_keys.is_sure
    union
    select grams.line_id, debtors.debtor_id, false, true, false, 0.0
    from bank.grams
    join core.debtors
        on debtors.siren = case
            when regexp_matches(grams.gram, '^([0-9]{9}|[0-9]{14})$') then left(grams.gram, 9)
            when regexp_matches(grams.gram, '^FR[0-9]{11}$') then right(grams.gram, 9)
        end
    union
    select open_lines.line_id, payers.debtor_id, false, false, true, 0.0
    from bank.open_lines
    join (
        -- Accounts that paid for debtors of several names (a group, a factor) tell nothing.
        select distinct lines.counterparty_account, allocations.debtor_id
        from core.bank_allocations as allocations
        join staging.bank_lines as lines on lines.line_id = allocations.line_id
        where lines.counterparty_account is not null and allocations.fault_on is null
        qualify count(*) over (partition by lines.counterparty_account) <= 3
    ) as payers on payers.counterparty_account = open_lines.counterparty_account
    where open_lines.amount > 0
    union
    select line_id, debtor_id, false, false, false, name_share
    from bank.named_debtors
)

select
    line_id,                                        -- #not_null
    debtor_id,                                      -- #not_null
    bool_or(names_invoice) as names_invoice,        -- #not_null
    bool_or(names_siren) as names_siren,            -- #not_null
    bool_or(same_account) as same_account,          -- #not_null
    max(name_share) as name_share                   -- #not_null
from evidence
group by line_id, debtor_id
qualify row_number() over (
    partition by line_id
    order by
        bool_or(names_invoice) desc,
        bool_or(names_siren) desc,
        bool_or(same_account) desc,
        max(name_share) desc,
        debtor_id
) <= 6
