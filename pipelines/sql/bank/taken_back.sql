-- One row per line that takes money back and confirmed line it may undo: the same account and
-- amount, within thirteen months; the same payer, else the only one of that amount.
with originals as (
    select
        lines.line_id,
        lines.account,
        lines.amount,
        lines.booked_on,
        lines.counterparty,
        lines.counterparty_account,
        lines.end_to_end_id,
        allocations.debtor_id,
        list_sort(
            list(struct_pack(claim_id := allocations.claim_id, amount := allocations.amount))
                filter (where allocations.claim_id is not null)
        ) as shares,
        coalesce(sum(allocations.amount) filter (where allocations.claim_id is null), 0)
            as on_account
    from core.bank_allocations as allocations
    join staging.bank_lines as lines on lines.line_id = allocations.line_id
    where allocations.fault_on is null and lines.amount > 0
    group by
        lines.line_id,
        lines.account,
        lines.amount,
        lines.booked_on,
        lines.counterparty,
        lines.counterparty_account,
        lines.end_to_end_id,
        allocations.debtor_id
)

select
    open_lines.line_id,                             -- #not_null
    originals.debtor_id,                            -- #not_null
    coalesce(list_transform(originals.shares, lambda share: share.claim_id), []) as claim_ids,
    coalesce(list_transform(originals.shares, lambda share: share.amount), []) as amounts,
    originals.on_account,                           -- #not_null
    coalesce(
        originals.end_to_end_id = open_lines.end_to_end_id
        or originals.counterparty_account = open_lines.counterparty_account
        or originals.counterparty = open_lines.counterparty,
        false
    ) as same_payer,                                -- #not_null
    count(*) over (partition by open_lines.line_id) as n_fits -- #not_null
from bank.open_lines
join originals
    on originals.account = open_lines.account
    and originals.amount = -open_lines.amount
    and originals.booked_on between open_lines.booked_on - 395 and open_lines.booked_on
qualify row_number() over (
    partition by open_lines.line_id order by same_payer desc, originals.booked_on desc, originals.line_id
) <= 3
