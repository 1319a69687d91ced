-- One row: whether the debtors' identifiers are names: words apart, few figures.
select
    avg(regexp_matches(debtor_id, '\pL[.&'']? +[&(\pL]')::integer) >= 0.2
    and avg((not regexp_matches(debtor_id, '[0-9]{2}'))::integer) >= 0.5 as are_names
from (select distinct debtor_id from ledger_parsed where debtor_id <> '' order by debtor_id limit 10000)
