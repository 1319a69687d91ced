-- One row per claim with a legal step: where it stands, and since when it carries a title.
with by_procedure as (
    select
        claim_id,
        procedure,
        min(taken_on) filter (where step in ('granted', 'granted_in_part')) as granted_on,
        min(taken_on) filter (where step = 'judged_won') as won_on,
        max(taken_on) filter (where step = 'served') as served_on,
        max(taken_on) filter (where step = 'opposed') as opposed_on
    from core.legal_steps
    where not is_void
    group by claim_id, procedure
),

titles as (
    select
        claim_id,
        min(
            case
                when won_on is not null then won_on
                when opposed_on is not null then null
                -- An order to pay is no title before it is served (CPC 1411).
                when procedure in ('payment_order', 'european_order')
                    then case when served_on >= granted_on then served_on end
                else granted_on
            end
        ) as title_on
    from by_procedure
    group by claim_id
)

select
    legal_steps.claim_id,                           -- #unique #not_null
    legal_steps.step as legal_status,               -- #not_null
    legal_steps.taken_on as last_legal_step_on,     -- #not_null
    titles.title_on,
    legal_steps.step not in ('rejected', 'judged_lost', 'withdrawn', 'unenforceable')
        as is_running                               -- #not_null
from core.legal_steps
left join titles on titles.claim_id = legal_steps.claim_id
qualify row_number() over (
    partition by legal_steps.claim_id
    order by
        legal_steps.taken_on desc,
        case legal_steps.step
            when 'filed' then 1
            when 'granted' then 2
            when 'granted_in_part' then 2
            when 'rejected' then 2
            when 'served' then 3
            when 'opposed' then 4
            when 'judged_won' then 5
            when 'judged_lost' then 5
            when 'seized' then 6
            when 'enforced' then 7
            else 8
        end desc,
        legal_steps.step_id desc
) = 1
