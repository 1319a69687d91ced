-- One row: the company whose ledger it is.
select
    $ledger as creditor_id,
    $ledger as name,
    cast($siren as varchar) as siren,
    cast(1 as bigint) as row_number
