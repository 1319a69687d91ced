-- One row per open claim whose number or debtor begins with or holds a text, largest first.
select
    m.claim_id,
    c.invoice_number,
    m.debtor_id,
    coalesce(d.name, m.debtor_id) as debtor_name,
    m.open_amount,
    m.currency,
    m.days_overdue
from mart.claims as m
join core.claims as c on m.claim_id = c.claim_id
left join core.debtors as d on m.debtor_id = d.debtor_id
where
    $text = ''
    or contains(lower(m.claim_id), lower($text))
    or contains(lower(coalesce(c.invoice_number, '')), lower($text))
    or contains(lower(coalesce(d.name, '')), lower($text))
order by m.claim_id = $text desc, m.open_amount_eur desc nulls last, m.claim_id
limit 200
