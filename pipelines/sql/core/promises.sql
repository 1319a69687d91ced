-- One row per promise known on the day, those of the journal included: kept, broken (three days
-- of grace), or running. An imported promise of the same claim, made while the journal's ran,
-- stands for it.
with united as (
    select
        promise_id,
        claim_id,
        made_on,
        due_on,
        amount,
        kept_on,
        in_writing
    from staging.promises
    union all
    select
        decisions.source_key,
        decisions.claim_id,
        cast(decisions."at" as date),
        decisions.due_on,
        -- A promise without an amount is a promise of the whole.
        case when decisions.amount > 0 then decisions.amount else claims.amount end,
        cast(null as date),
        cast(null as boolean)
    from core.decisions
    join core.claims on claims.claim_id = decisions.claim_id
    left join staging.promises
        on promises.claim_id = decisions.claim_id
        and promises.made_on >= cast(decisions."at" as date)
        and promises.made_on <= decisions.due_on
    where decisions.kind = 'promise'
      and decisions.due_on is not null
      and promises.promise_id is null
),

received as (
    select
        united.promise_id,
        sum(payments.amount) as amount,
        max(payments.paid_on) as last_paid_on
    from united
    join core.payments
        on payments.claim_id = united.claim_id
        and payments.is_debtor_paying
        and payments.paid_on >= united.made_on
        and payments.paid_on <= united.due_on + 3
    group by united.promise_id
),

judged as (
    select
        united.promise_id,
        united.claim_id,
        claims.debtor_id,
        united.made_on,
        united.due_on,
        united.amount,
        case
            when united.kept_on is not null then united.kept_on
            when received.amount >= united.amount then received.last_paid_on
            when balances.settled_by = 'payment'
                and balances.settled_on >= united.made_on
                and balances.settled_on <= united.due_on + 3
                then balances.settled_on
        end as kept_on,
        united.in_writing
    from united
    join core.claims on claims.claim_id = united.claim_id
    join core.balances on balances.claim_id = united.claim_id
    left join received on received.promise_id = united.promise_id
)

select
    promise_id,                                     -- #unique #not_null
    claim_id,                                       -- #not_null
    debtor_id,                                      -- #not_null
    made_on,                                        -- #not_null
    due_on,                                         -- #not_null
    cast(amount as decimal(18, 2)) as amount,       -- #not_null #nonnegative
    kept_on,
    case when kept_on is null and due_on + 3 < $as_of then due_on + 4 end as broken_on,
    in_writing,
    case
        when kept_on is not null then 'kept'
        when due_on + 3 < $as_of then 'broken'
        else 'running'
    end as status                                   -- #not_null #in(running, kept, broken)
from judged
