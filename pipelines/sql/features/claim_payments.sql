-- One row per claim with a payment by its debtor: how it was paid lately. Who paid last month
-- pays again: the rhythm says more of the next payment than the sum paid so far.
select
    claim_id,                                       -- #unique #not_null
    count(*) filter (where paid_on > $as_of - 30) as n_payments_30, -- #not_null
    count(*) filter (where paid_on > $as_of - 90) as n_payments_90, -- #not_null
    count(*) filter (where paid_on > $as_of - 180) as n_payments_180, -- #not_null
    count(distinct date_diff('day', paid_on, $as_of) // 30)
        filter (where paid_on > $as_of - 180) as months_paid_6, -- #not_null
    coalesce(sum(amount) filter (where paid_on > $as_of - 90), 0) as paid_90 -- #not_null
from core.payments
where claim_id is not null and is_debtor_paying and amount > 0
group by claim_id
