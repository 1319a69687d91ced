-- One row: lines and amounts of the file, by what became of them; an unreadable amount counts as 0.
select
    count(*) as read,
    coalesce(count_if(reason is null and is_customer), 0) as accepted,
    coalesce(count_if(reason is null and not is_customer), 0) as out_of_scope,
    coalesce(count_if(reason is not null), 0) as quarantined,
    coalesce(count_if(debit is null or credit is null), 0) as unreadable_amounts,
    coalesce(sum(debit), 0) as debit_read,
    coalesce(sum(debit) filter (where reason is null and is_customer), 0) as debit_accepted,
    coalesce(sum(debit) filter (where reason is null and not is_customer), 0) as debit_out_of_scope,
    coalesce(sum(debit) filter (where reason is not null), 0) as debit_quarantined,
    coalesce(sum(credit), 0) as credit_read,
    coalesce(sum(credit) filter (where reason is null and is_customer), 0) as credit_accepted,
    coalesce(sum(credit) filter (where reason is null and not is_customer), 0) as credit_out_of_scope,
    coalesce(sum(credit) filter (where reason is not null), 0) as credit_quarantined,
    coalesce(count_if(reason is null and has_other_date_form), 0) as other_dates,
    coalesce(count_if(reason is null and is_customer and foreign_currency not in ('', 'EUR')), 0) as foreign_lines
from fec_judged
