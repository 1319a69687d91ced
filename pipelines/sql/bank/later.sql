-- One row per day looked at: how many bank lines are booked after it; they wait for their day.
select count(*) as n_lines                          -- #not_null
from ledger.bank_lines
where booked_on > $as_of
