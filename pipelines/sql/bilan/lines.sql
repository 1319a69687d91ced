-- One row per line of the first look: claims, debtors, euros, worth, and how sure the odds are:
-- width of the 90 % interval over what is open, here and for the other claims of the same age.
with aged as (
    select
        ages.claim_id,
        ages.line as age,
        cast(claims.open_amount_eur as double) as open_eur,
        cast(recovery.high - recovery.low as double) as width,
        recovery.weight * cast(claims.open_amount_eur as double) as weighted
    from mart.bilan as ages
    join mart.claims on claims.claim_id = ages.claim_id
    join mart.recovery on recovery.claim_id = ages.claim_id
    where ages.line like 'age_%' and claims.open_amount_eur is not null
),

whole as (
    select
        age,
        count(*) as n,
        sum(open_eur) as open_eur,
        sum(width) as width
    from aged
    group by age
),

by_age as (
    select
        bilan.line,
        aged.age,
        count(*) as n,
        sum(aged.open_eur) as open_eur,
        sum(aged.width) as width,
        sum(aged.weighted) as weighted
    from mart.bilan
    join aged on aged.claim_id = bilan.claim_id
    group by bilan.line, aged.age
),

-- Only ages in which there are claims outside the line can be compared.
compared as (
    select
        by_age.line,
        by_age.open_eur,
        by_age.width,
        by_age.weighted,
        case
            when whole.n > by_age.n and whole.open_eur > by_age.open_eur
                then by_age.open_eur * (whole.width - by_age.width)
                    / (whole.open_eur - by_age.open_eur)
        end as width_elsewhere
    from by_age
    join whole on whole.age = by_age.age
),

sure as (
    select
        line,
        sum(weighted) / nullif(sum(open_eur), 0) as weight,
        sum(width) / nullif(sum(open_eur), 0) as spread,
        sum(width) filter (where width_elsewhere is not null)
            / nullif(sum(open_eur) filter (where width_elsewhere is not null), 0) as spread_compared,
        sum(width_elsewhere)
            / nullif(sum(open_eur) filter (where width_elsewhere is not null), 0) as spread_elsewhere
    from compared
    group by line
),

counted as (
    select
        bilan.line,
        count(*) as n_claims,
        count(distinct claims.debtor_id) as n_debtors,
        sum(bilan.amount) as amount,
        sum(bilan.worth) as worth,
        count(*) filter (where bilan.amount is null) as n_without_rate
    from mart.bilan
    join mart.claims on claims.claim_id = bilan.claim_id
    group by bilan.line
)

select
    counted.line,
    counted.n_claims,
    counted.n_debtors,
    counted.amount,
    counted.worth,
    counted.n_without_rate,
    sure.weight,
    coalesce(sure.spread_compared, sure.spread) as spread,
    sure.spread_elsewhere
from counted
left join sure on sure.line = counted.line
order by counted.line
