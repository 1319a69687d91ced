-- One row per open line and proposal, the best first; nothing here is done before a person
-- confirms it. Several debtors, or several lines for one claim, take certainty away.
with best as (
    select line_id, debtor_id, kind, claim_ids, amounts, on_account, score, reasons
    from bank.scored
    -- The same claims in the same shares are one proposal, whatever led there; and what goes on
    -- account is proposed only where no claim fits.
    qualify row_number() over (
            partition by line_id, debtor_id, claim_ids, amounts order by score desc, kind
        ) = 1
        and (kind <> 'account' or count(*) over (partition by line_id, debtor_id) = 1)
),

ordered as (
    select
        line_id,
        debtor_id,
        kind,
        claim_ids,
        amounts,
        on_account,
        score,
        reasons,
        row_number() over (partition by line_id order by score desc, debtor_id, claim_ids, kind)
            as place,
        max(score) over (partition by line_id) as best_score,
        max(score) over (partition by line_id, debtor_id) as debtor_score
    from best
),

rivals as (
    select line_id, count(distinct debtor_id) as n_rivals
    from ordered
    where debtor_score >= best_score - 0.1
    group by line_id
),

-- What the first proposals of all lines would take of a claim.
wanted as (
    select claim_id, sum(amount) as amount, count(*) as n_lines
    from (
        select unnest(claim_ids) as claim_id, unnest(amounts) as amount
        from ordered
        where place = 1 and kind not in ('reversal', 'amount_only')
    )
    group by claim_id
    having count(*) > 1
),

contested as (
    select distinct laid_out.line_id, laid_out.place
    from (
        select line_id, place, unnest(claim_ids) as claim_id
        from ordered
        where kind <> 'reversal'
    ) as laid_out
    join wanted on wanted.claim_id = laid_out.claim_id
    join bank.open_claims on open_claims.claim_id = wanted.claim_id
    where wanted.amount > open_claims.open_amount
)

select
    ordered.line_id,                                -- #not_null
    ordered.place,                                  -- #not_null
    ordered.kind,                                   -- #not_null
    cast(
        least(
            ordered.score,
            case when rivals.n_rivals > 1 or contested.line_id is not null then 0.6 else 1 end
        ) as double
    ) as score,                                     -- #not_null
    rivals.n_rivals > 1
        or list_contains(ordered.reasons, 'other_claims_fit')
        or contested.line_id is not null as is_ambiguous, -- #not_null
    ordered.debtor_id,                              -- #not_null
    debtors.name as debtor_name,
    ordered.claim_ids,                              -- #not_null
    -- As text, so that no reader makes binary fractions of them.
    list_transform(
        ordered.amounts, lambda amount: cast(cast(amount as decimal(18, 2)) as varchar)
    ) as amounts,                                   -- #not_null
    cast(cast(nullif(ordered.on_account, 0) as decimal(18, 2)) as varchar) as on_account,
    list_concat(
        ordered.reasons,
        list_concat(
            case
                when rivals.n_rivals > 1 and not list_contains(ordered.reasons, 'other_debtors_fit')
                    then ['other_debtors_fit']
                else []
            end,
            case when contested.line_id is not null then ['other_lines_fit'] else [] end
        )
    ) as reasons                                    -- #not_null
from ordered
join rivals on rivals.line_id = ordered.line_id
left join contested on contested.line_id = ordered.line_id and contested.place = ordered.place
left join core.debtors on debtors.debtor_id = ordered.debtor_id
where ordered.place <= 5
