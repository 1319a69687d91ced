-- One row per open line and proposal: how certain it is, from 0 to 1, and why. What points to the
-- debtor (account and SIREN above the name) weighs with how the amount fits; several ways to fit
-- halve the trust.
with weighed as (
    select
        fits.line_id,
        fits.debtor_id,
        fits.kind,
        fits.claim_ids,
        fits.amounts,
        fits.on_account,
        fits.n_fits,
        fits.is_sure,
        to_match.names_siren,
        to_match.same_account,
        to_match.name_share,
        case
            when to_match.names_siren or to_match.same_account then 1.0
            when fits.kind in ('named', 'part', 'beyond') and fits.is_sure then 0.9 + 0.1 * to_match.name_share
            else to_match.name_share * 0.9
        end as sure_of_debtor
    from bank.fits
    join bank.to_match
        on to_match.line_id = fits.line_id and to_match.debtor_id = fits.debtor_id
    -- On account only when something certain names the debtor.
    where fits.kind <> 'account'
       or to_match.names_invoice
       or to_match.names_siren
       or to_match.same_account
       or to_match.name_share >= 0.8
)

select
    line_id,                                        -- #not_null
    debtor_id,                                      -- #not_null
    kind,                                           -- #not_null
    claim_ids,                                      -- #not_null
    amounts,                                        -- #not_null
    on_account,                                     -- #not_null
    least(
        case kind
            when 'named' then 0.99
            when 'exact' then 0.95
            when 'whole' then 0.92
            when 'part' then 0.88
            when 'oldest' then 0.85
            when 'combination' then 0.8
            when 'beyond' then 0.8
            else 0.45
        end * (0.4 + 0.6 * sure_of_debtor),
        case when n_fits > 1 or not is_sure and kind <> 'named' then 0.55 else 1 end
    ) as score,                                     -- #not_null
    list_filter(
        [
            case when kind in ('named', 'part', 'beyond') then 'invoice_named' end,
            case when names_siren then 'siren_named' end,
            case when same_account then 'same_account' end,
            case when name_share >= 0.99 then 'name_whole' when name_share > 0 then 'name_part' end,
            case
                when kind = 'exact' or kind = 'named' and length(claim_ids) = 1 then 'amount_equal'
                when kind in ('named', 'whole', 'oldest', 'combination') then 'sum_equal'
                when kind = 'part' then 'amount_below'
                when kind = 'beyond' then 'amount_above'
                else 'no_claim_fits'
            end,
            case when n_fits > 1 then 'other_claims_fit' end
        ],
        lambda reason: reason is not null
    ) as reasons                                    -- #not_null
from weighed
union all
select
    line_id,
    debtor_id,
    'amount_only',
    [claim_id],
    [open_amount],
    0,
    0.4 / n_fits,
    case when n_fits > 1 then ['amount_equal', 'other_debtors_fit'] else ['amount_equal'] end
from bank.amounts_alone
union all
select
    line_id,
    debtor_id,
    'reversal',
    claim_ids,
    amounts,
    on_account,
    case when same_payer then 0.9 when n_fits = 1 then 0.6 else 0.4 end,
    case
        when same_payer or n_fits = 1 then ['original_confirmed']
        else ['original_confirmed', 'other_claims_fit']
    end
from bank.taken_back
