-- One row per claim and partner to whom it was handed to be asked for without a judge, once half a
-- year has gone by or another partner got it: what came in meanwhile.
with handed as (
    select
        actions.claim_id,
        actions.partner_id,
        partners.kind as partner_kind,
        min(cast(actions."at" as date)) as handed_on,
        cast(sum(actions.cost) as decimal(18, 2)) as partner_cost
    from core.actions
    join staging.partners on partners.partner_id = actions.partner_id
    where partners.kind <> 'lawyer'
      and (
          partners.kind = 'mediator'
          or actions.stage = 'third_party'
          or actions.action = 'third_party'
      )
    group by actions.claim_id, actions.partner_id, partners.kind
),

windows as (
    select
        handed.*,
        least(
            cast(handed_on + 180 as date),
            coalesce(
                lead(handed_on) over (partition by claim_id order by handed_on, partner_id),
                date '9999-12-31'
            )
        ) as until_on
    from handed
),

sums as (
    select
        windows.claim_id,
        windows.partner_id,
        coalesce(sum(payments.amount) filter (where payments.paid_on < windows.handed_on), 0)
            as before,
        coalesce(
            sum(payments.amount) filter (
                where payments.is_debtor_paying
                  and payments.paid_on >= windows.handed_on
                  and payments.paid_on < windows.until_on
            ),
            0
        ) as within,
        min(payments.paid_on) filter (
            where payments.is_debtor_paying
              and payments.amount > 0
              and payments.paid_on >= windows.handed_on
              and payments.paid_on < windows.until_on
        ) as cashed_on
    from windows
    left join core.payments on payments.claim_id = windows.claim_id
    group by windows.claim_id, windows.partner_id
)

select
    windows.partner_id,                             -- #not_null
    windows.claim_id,                               -- #not_null #unique(partner_id)
    windows.partner_kind,                           -- #not_null
    case windows.partner_kind when 'mediator' then 'mediation' else 'collection' end as work, -- #not_null
    windows.partner_cost,
    debtors.kind,                                   -- #not_null
    date_diff('day', claims.due_on, windows.handed_on) as days_overdue,
    cast((claims.amount - sums.before) * claims.eur_per_unit as double) as balance_eur,
    sums.within > 0 as is_collected,                -- #not_null
    cast(least(greatest(sums.within / (claims.amount - sums.before), 0), 1) as double)
        as collected_share,
    date_diff('day', windows.handed_on, sums.cashed_on) as days_to_cash
from windows
join sums on sums.claim_id = windows.claim_id and sums.partner_id = windows.partner_id
join core.claims on claims.claim_id = windows.claim_id
join core.debtors on debtors.debtor_id = claims.debtor_id
where windows.until_on <= $as_of
  and windows.until_on > windows.handed_on
  and claims.amount > sums.before
