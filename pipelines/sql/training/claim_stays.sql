-- One row per claim and stretch of days in one state, undisputed or disputed: at risk from the day
-- after from_days to to_days, and what it became; `censored` where it is still so today.
with marks as (
    select
        fates.claim_id,
        fates.from_days as at_days,
        coalesce(
            bool_or(
                stretches.from_on <= fates.entered_on
                and coalesce(stretches.to_on > fates.entered_on, true)
            ),
            false
        ) as is_disputed
    from training.claim_fates as fates
    left join training.dispute_stretches as stretches on stretches.claim_id = fates.claim_id
    group by fates.claim_id, fates.from_days
    union all
    select
        fates.claim_id,
        date_diff('day', fates.due_on, stretches.from_on),
        true
    from training.claim_fates as fates
    join training.dispute_stretches as stretches on stretches.claim_id = fates.claim_id
    where stretches.from_on > fates.entered_on
      and stretches.from_on < fates.ended_on
    union all
    select
        fates.claim_id,
        date_diff('day', fates.due_on, stretches.to_on),
        false
    from training.claim_fates as fates
    join training.dispute_stretches as stretches on stretches.claim_id = fates.claim_id
    where stretches.to_on > fates.entered_on
      and stretches.to_on < fates.ended_on
),

stays as (
    select
        claim_id,
        at_days,
        is_disputed,
        lead(at_days) over (partition by claim_id order by at_days) as next_days
    from marks
)

select
    stays.claim_id,                                 -- #not_null
    fates.debtor_id,                                -- #not_null
    fates.debtor_kind,                              -- #not_null
    fates.headcount,
    fates.amount_eur,
    case when stays.is_disputed then 'disputed' else 'open' end as state, -- #not_null
    stays.at_days as from_days,                     -- #not_null #unique(claim_id)
    coalesce(stays.next_days, fates.to_days) as to_days, -- #not_null #positive
    case
        when stays.next_days is not null and stays.is_disputed then 'open'
        when stays.next_days is not null then 'disputed'
        when fates.ended_as = 'open' then 'censored'
        else fates.ended_as
    end as became        -- #not_null #in(open, disputed, paid, credited, written_off, insolvency, litigation, censored)
from stays
join training.claim_fates as fates on fates.claim_id = stays.claim_id
