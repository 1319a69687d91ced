-- One row per notice that opens a proceeding of a debtor, or converts it. A conversion goes on with
-- the days of the one it converts: claims declared in it need not be declared again (Code de
-- commerce, art. L641-3); only its kind is new, and known from the notice of the conversion on.
with earlier as (
    select debtor_id, opened_on, published_on, declared_on, closed_on
    from main.insolvencies
    where kind <> 'over_indebtedness' and deleted_on is null
    union all
    select debtor_id, judged_on, published_on, null, null
    from bodacc_matched
    where effect = 'opening' and kind is not null
),

converted as (
    select
        matched.row_number,
        matched.debtor_id,
        earlier.opened_on,
        min(earlier.published_on) as published_on,
        max(earlier.declared_on) as declared_on
    from bodacc_matched as matched
    join earlier
        on earlier.debtor_id = matched.debtor_id
        and earlier.opened_on < matched.judged_on
        and (earlier.closed_on is null or earlier.closed_on > matched.judged_on)
    where matched.effect = 'conversion'
    group by matched.row_number, matched.debtor_id, earlier.opened_on
    qualify row_number() over (
        partition by matched.row_number, matched.debtor_id order by earlier.opened_on desc
    ) = 1
)

select
    matched.row_number,
    matched.debtor_id,
    coalesce(converted.opened_on, matched.judged_on) as opened_on,
    matched.kind,
    coalesce(converted.published_on, matched.published_on) as published_on,
    matched.published_on as known_on,
    converted.declared_on
from bodacc_matched as matched
left join converted
    on converted.row_number = matched.row_number
    and converted.debtor_id = matched.debtor_id
where matched.kind is not null
  and matched.effect in ('opening', 'conversion')
