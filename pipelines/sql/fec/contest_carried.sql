-- One row per receipt lettered with an opening that was carried over, and per claim lettered in an earlier year without a receipt.
with receipts as (
    select customer, max(year_from) as last_year
    from fec_residuals
    where not is_debit and has_carried
    group by customer
)

select residuals.customer as bucket, residuals.line_id, residuals.entry_date, residuals.is_debit, residuals.amount
from fec_residuals as residuals
join receipts on receipts.customer = residuals.customer
where (not residuals.is_debit and residuals.has_carried)
    or (residuals.is_debit and residuals.is_outside and residuals.year_from < receipts.last_year)
