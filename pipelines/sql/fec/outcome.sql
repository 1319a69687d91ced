-- One row: what the ledger now says, in customers and amounts.
select
    (select count(*) from fec_debtors) as n_customers,
    (select count(*) from fec_claims where list_contains(marks, 'lettered_outside_file')) as n_outside,
    (select coalesce(sum(amount), 0) from fec_residuals where is_debit and is_outside) as outside,
    (select coalesce(sum(amount), 0) from fec_residuals where is_debit) as open_amount,
    (select coalesce(sum(amount), 0) from fec_residuals where not is_debit) as in_hand,
    (select coalesce(sum(amount), 0) from fec_pairs) as matched,
    (select coalesce(sum(amount), 0) from fec_pairs where allocation = 'inferred') as inferred,
    (select count(*) from fec_opening_differences) as n_differences,
    (select coalesce(sum(net), 0) from fec_opening_differences) as differences
