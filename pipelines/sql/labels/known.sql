-- One row per debtor known on the day.
select debtor_id from core.debtors
