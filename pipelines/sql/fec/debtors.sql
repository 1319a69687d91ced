-- One row per customer of the ledger, under its latest name.
select
    concat($ledger, ':', customer) as debtor_id,
    case when customer_name <> '' then customer_name else customer end as name,
    row_number
from fec_ledger
qualify row_number() over (partition by customer order by customer_name <> '' desc, entry_date desc, line_id desc) = 1
