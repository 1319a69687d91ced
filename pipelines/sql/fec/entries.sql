-- One row per entry of the file (journal, number, day): what stands opposite its customer lines.
select
    journal_code,
    entry_number,
    entry_date,
    sum(debit) as debit,
    sum(credit) as credit,
    count_if(is_customer) as n_customer_lines,
    bool_or((account like '7%' or account like '4457%') and credit > debit) as sells,
    bool_or((account like '7%' or account like '4457%') and debit > credit) as takes_back,
    bool_or(account like '7%') as has_income,
    bool_or(account like '5%' and account not like '59%' and debit > credit) as receives,
    bool_or(account like '53%' and debit > credit) as receives_cash,
    bool_or(account like '5112%' and debit > credit) as receives_cheque,
    bool_or((account like '654%' or account like '6714%') and debit > credit) as writes_off,
    bool_or(account like '40%') as sets_off,
    coalesce(sum(credit - debit) filter (where account like '4457%'), 0) as vat
from fec_judged
where reason is null
group by journal_code, entry_number, entry_date
