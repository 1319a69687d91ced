-- One row per notice that opens a proceeding of a debtor. A conversion goes on with the one that
-- is known: claims declared in it need not be declared again (Code de commerce, art. L641-3).
with earlier as (
    select debtor_id, opened_on
    from main.insolvencies
    where kind <> 'over_indebtedness' and deleted_on is null and closed_on is null
    union
    select debtor_id, judged_on
    from bodacc_matched
    where effect = 'opening' and kind is not null
)

select
    row_number,
    debtor_id,
    judged_on as opened_on,
    kind,
    published_on
from bodacc_matched
where kind is not null
  and (
      effect = 'opening'
      or effect = 'conversion'
      and not exists (
          select 1
          from earlier
          where earlier.debtor_id = bodacc_matched.debtor_id
            and earlier.opened_on < bodacc_matched.judged_on
      )
  )
