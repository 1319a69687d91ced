-- One row per claim whose receipt may lie in another file, largest first.
select
    m.claim_id,
    coalesce(d.name, m.debtor_id) as debtor_name,
    c.invoice_number,
    c.issued_on,
    m.open_amount,
    m.currency,
    m.days_overdue
from mart.claims as m
join core.claims as c on m.claim_id = c.claim_id
left join core.debtors as d on m.debtor_id = d.debtor_id
where list_contains(m.flags, 'lettered_outside_file')
order by m.open_amount desc, m.claim_id
