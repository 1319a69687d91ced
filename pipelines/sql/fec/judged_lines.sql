-- One row per line of the file: its values read, and why it cannot be taken (null if it can).
with trimmed as (
    select
        raw.row_number,
        raw.line,
        raw.fault,
        trim(raw.journal_code) as journal_code,
        trim(raw.journal_label) as journal_label,
        trim(raw.entry_number) as entry_number,
        trim(raw.entry_date) as entry_date,
        trim(raw.account) as account,
        trim(raw.account_label) as account_label,
        trim(raw.auxiliary) as auxiliary,
        trim(raw.auxiliary_label) as auxiliary_label,
        trim(raw.piece) as piece,
        trim(raw.piece_date) as piece_date,
        trim(raw.label) as label,
        trim(raw.letter) as letter,
        trim(raw.foreign_currency) as foreign_currency,
        regexp_replace(raw.debit, '[\s\x{00A0}\x{202F}\x{2009}€'']', '', 'g') as debit,
        regexp_replace(raw.credit, '[\s\x{00A0}\x{202F}\x{2009}€'']', '', 'g') as credit
    from fec_raw as raw
),

-- The last comma or point followed by one or two figures is the decimal one; others group thousands.
numbers as (
    select
        row_number,
        case
            when debit = '' then '0'
            when regexp_matches(debit, '^[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)$') then replace(debit, ',', '.')
            when regexp_matches(debit, '^[+-]?[0-9]{1,3}([.,][0-9]{3})+[.,][0-9]{1,2}$')
                then regexp_replace(regexp_replace(debit, '[.,]([0-9]{1,2})$', 'd\1'), '[.,]', '', 'g')
        end as debit,
        case
            when credit = '' then '0'
            when regexp_matches(credit, '^[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)$') then replace(credit, ',', '.')
            when regexp_matches(credit, '^[+-]?[0-9]{1,3}([.,][0-9]{3})+[.,][0-9]{1,2}$')
                then regexp_replace(regexp_replace(credit, '[.,]([0-9]{1,2})$', 'd\1'), '[.,]', '', 'g')
        end as credit
    from trimmed
),

valued as (
    select
        trimmed.* exclude (entry_date, piece_date, debit, credit),
        trimmed.entry_date as entry_date_text,
        try_cast(replace(numbers.debit, 'd', '.') as decimal(38, 6)) as exact_debit,
        try_cast(replace(numbers.credit, 'd', '.') as decimal(38, 6)) as exact_credit,
        cast(coalesce(
            case when regexp_matches(trimmed.entry_date, '^[0-9]{8}$') then try_strptime(trimmed.entry_date, '%Y%m%d') end,
            try_strptime(left(trimmed.entry_date, 10), '%Y-%m-%d'),
            try_strptime(trimmed.entry_date, '%d/%m/%Y')
        ) as date) as entry_date,
        cast(coalesce(
            case when regexp_matches(trimmed.piece_date, '^[0-9]{8}$') then try_strptime(trimmed.piece_date, '%Y%m%d') end,
            try_strptime(left(trimmed.piece_date, 10), '%Y-%m-%d'),
            try_strptime(trimmed.piece_date, '%d/%m/%Y')
        ) as date) as piece_date
    from trimmed
    join numbers on numbers.row_number = trimmed.row_number
)

select
    row_number,
    line,
    journal_code,
    journal_label,
    entry_number,
    entry_date,
    account,
    account_label,
    auxiliary,
    auxiliary_label,
    piece,
    piece_date,
    label,
    letter,
    foreign_currency,
    regexp_matches(account, '^41[16]') as is_customer,
    not regexp_matches(entry_date_text, '^[0-9]{8}$') as has_other_date_form,
    case when abs(exact_debit) < 1000000000000 then cast(round(exact_debit, 2) as decimal(18, 2)) end as debit,
    case when abs(exact_credit) < 1000000000000 then cast(round(exact_credit, 2) as decimal(18, 2)) end as credit,
    case
        when fault is not null then fault
        when exact_debit is null then 'Debit is not an amount'
        when exact_credit is null then 'Credit is not an amount'
        when abs(exact_debit) >= 1000000000000 or abs(exact_credit) >= 1000000000000 then 'amount out of range'
        when exact_debit <> round(exact_debit, 2) or exact_credit <> round(exact_credit, 2)
            then 'amount finer than a cent'
        when entry_date is null then 'EcritureDate is not a date'
        when entry_date not between date '1970-01-01' and date '2100-12-31'
            then 'EcritureDate is not between 1970 and 2100'
        when account = '' then 'CompteNum is empty'
        when regexp_matches(account, '^41[16]') and entry_number = '' then 'customer line without EcritureNum'
        when length(account) > 60 or length(auxiliary) > 60 or length(entry_number) > 60 or length(journal_code) > 30
            then 'account, entry or journal code is too long'
    end as reason
from valued
