-- One row per claim and stretch of days on which a dispute of it was open: from_on to to_on, the
-- latter excluded, and null while a dispute still is.
with dated as (
    select
        dispute_id,
        claim_id,
        opened_on,
        -- Opened and closed on one day is a day.
        case when closed_on is not null then greatest(closed_on, opened_on + 1) end as closed_on
    from core.disputes
),

ordered as (
    select
        dispute_id,
        claim_id,
        opened_on,
        closed_on,
        max(coalesce(closed_on, $as_of + 1)) over (
            partition by claim_id
            order by opened_on, dispute_id
            rows between unbounded preceding and 1 preceding
        ) as earlier_until
    from dated
),

numbered as (
    select
        claim_id,
        opened_on,
        closed_on,
        sum(case when earlier_until >= opened_on then 0 else 1 end) over (
            partition by claim_id
            order by opened_on, dispute_id
            rows between unbounded preceding and current row
        ) as stretch
    from ordered
)

select
    claim_id,                                       -- #not_null
    min(opened_on) as from_on,                      -- #not_null #unique(claim_id)
    case when count(closed_on) = count(*) then max(closed_on) end as to_on
from numbered
group by claim_id, stretch
