-- One row per creditor and kind of debtor: the accounts that past suits were chosen from.
select *
from features.ripe_accounts
order by all
