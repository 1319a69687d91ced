-- One row per open line, debtor and way in which the line pays its open claims: the claims, how
-- much of each, what is left for the debtor's account, and how many such ways there are.
select
    line_id,                                        -- #not_null
    debtor_id,                                      -- #not_null
    case
        when amount = min(named_in_all) then 'named'
        when amount < min(named_in_all) then 'part'
        else 'beyond'
    end as kind,                                    -- #not_null
    bool_and(is_sure) as is_sure,
    list_transform(
        list_sort(list(struct_pack(place := place, told := claim_id))), lambda one: one.told
    ) as claim_ids,                                -- #not_null
    list_transform(
        list_sort(
            list(
                struct_pack(
                    place := place,
                    told := cast(
                        least(open_amount, amount - named_so_far + open_amount) as decimal(18, 2)
                    )
                )
            )
        ),
        lambda one: one.told
    ) as amounts,                                   -- #not_null
    cast(greatest(amount - min(named_in_all), 0) as decimal(18, 2)) as on_account, -- #not_null
    cast(1 as bigint) as n_fits                     -- #not_null
from bank.named_claims
where place <= 50 and named_so_far - open_amount < amount
group by line_id, debtor_id, amount
union all
select
    to_match.line_id,
    to_match.debtor_id,
    'exact',
    true,
    [open_claims.claim_id],
    [open_claims.open_amount],
    0,
    count(*) over (partition by to_match.line_id, to_match.debtor_id)
from bank.to_match
join bank.open_claims
    on open_claims.debtor_id = to_match.debtor_id
    and open_claims.currency = to_match.currency
    and open_claims.open_amount = to_match.amount
qualify row_number() over (
    partition by to_match.line_id, to_match.debtor_id order by open_claims.place
) <= 3
union all
select
    to_match.line_id,
    to_match.debtor_id,
    case when last.place = last.n_open then 'whole' else 'oldest' end,
    true,
    list_transform(
        list_sort(list(struct_pack(place := each.place, told := each.claim_id))),
        lambda one: one.told
    ),
    list_transform(
        list_sort(list(struct_pack(place := each.place, told := each.open_amount))),
        lambda one: one.told
    ),
    0,
    1
from bank.to_match
join bank.open_claims as last
    on last.debtor_id = to_match.debtor_id
    and last.currency = to_match.currency
    and last.open_so_far = to_match.amount
    and last.place between 2 and 50
join bank.open_claims as each
    on each.debtor_id = last.debtor_id
    and each.currency = last.currency
    and each.place <= last.place
group by to_match.line_id, to_match.debtor_id, last.place, last.n_open
union all
select line_id, debtor_id, 'combination', true, claim_ids, amounts, 0, n_fits
from bank.combinations
union all
select line_id, debtor_id, 'account', true, [], [], amount, 1
from bank.to_match
