-- One row per claim past its due date and day that moves the principal on which it bears: money paid, and
-- what lowers it otherwise. A payment bears on the principal from its own day, a credit note likewise;
-- but what was found justified in a dispute bore nothing from the due date on, until it was put right, and
-- what a credit note then takes of it never did.
with owed as (
    select
        claims.claim_id,
        claims.due_on
    from core.claims
    join core.balances on balances.claim_id = claims.claim_id
    where balances.open_amount > 0 and claims.due_on < $as_of
),

paid as (
    select
        payments.claim_id,
        owed.due_on,
        greatest(payments.paid_on, owed.due_on) as moved_on,
        payments.amount,
        payments.method in ('credit_note', 'write_off') as is_credit,
        coalesce(
            payments.method in ('credit_note', 'write_off')
                and payments.paid_on >= justified.since_on,
            false
        ) as is_remedy
    from core.payments
    join owed on owed.claim_id = payments.claim_id
    left join core.justified_parts as justified on justified.claim_id = payments.claim_id
),

remedies as (
    select
        claim_id,
        moved_on,
        sum(sum(amount)) over (partition by claim_id order by moved_on) as so_far,
        sum(sum(amount)) over (partition by claim_id) as in_all
    from paid
    where is_remedy
    group by claim_id, moved_on
),

-- Of the credits that followed the dispute, only what goes beyond it moves the principal on its day.
beyond as (
    select
        remedies.claim_id,
        remedies.moved_on,
        greatest(remedies.so_far - justified.amount, 0) - coalesce(
            lag(greatest(remedies.so_far - justified.amount, 0)) over (
                partition by remedies.claim_id order by remedies.moved_on
            ),
            0
        ) as credit
    from remedies
    join core.justified_parts as justified on justified.claim_id = remedies.claim_id
),

united as (
    select claim_id, moved_on, amount as money, cast(0 as decimal(18, 2)) as credit
    from paid
    where not is_credit
    union all
    select claim_id, moved_on, 0, amount
    from paid
    where is_credit and not is_remedy
    union all
    select claim_id, moved_on, 0, credit
    from beyond
    where credit <> 0
    union all
    select justified.claim_id, owed.due_on, 0, justified.amount
    from core.justified_parts as justified
    join owed on owed.claim_id = justified.claim_id
    union all
    -- Put right: what no credit note took of it is owed again.
    select
        justified.claim_id,
        greatest(justified.until_on, owed.due_on),
        0,
        least(justified.amount, coalesce(any_value(remedies.in_all), 0)) - justified.amount
    from core.justified_parts as justified
    join owed on owed.claim_id = justified.claim_id
    left join remedies on remedies.claim_id = justified.claim_id
    where justified.until_on is not null
    group by justified.claim_id, justified.until_on, justified.amount, owed.due_on
)

select
    claim_id,                                       -- #not_null #unique(moved_on)
    moved_on,                                       -- #not_null
    cast(sum(money) as decimal(18, 2)) as money,    -- #not_null
    cast(sum(credit) as decimal(18, 2)) as credit   -- #not_null
from united
group by claim_id, moved_on
