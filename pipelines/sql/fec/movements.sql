-- One row per line that counts: opening lines carried over from a year at hand are replaced by what differs.
select
    line_id,
    source_id,
    row_number,
    customer,
    year_from,
    letter,
    letter_group,
    journal_code,
    entry_number,
    entry_date,
    piece,
    issued_on,
    net,
    kind,
    method,
    vat_amount
from fec_ledger
where not (is_opening and block > 1)

union all

select
    concat_ws(':', $ledger, 'opening-difference', strftime(entry_date, '%Y%m%d'), customer) as line_id,
    null as source_id,
    null as row_number,
    customer,
    year_from,
    '' as letter,
    null as letter_group,
    '' as journal_code,
    '' as entry_number,
    entry_date,
    '' as piece,
    entry_date as issued_on,
    net,
    'opening' as kind,
    case when net < 0 then 'other' end as method,
    null as vat_amount
from fec_opening_differences
