-- One row per state of lettering in the ledger, with its lines and the amounts of their debits and credits.
select
    case
        when movements.letter_group is null then 'unlettered'
        when groups.debit = groups.credit then 'balanced'
        when groups.credit = 0 then 'debits only'
        when groups.debit = 0 then 'credits only'
        else 'unbalanced'
    end as state,
    count(*) as n_lines,
    coalesce(sum(movements.net) filter (where movements.net > 0), 0) as debit,
    coalesce(-sum(movements.net) filter (where movements.net < 0), 0) as credit
from fec_movements as movements
left join fec_letter_groups as groups on groups.letter_group = movements.letter_group
group by state
order by state
