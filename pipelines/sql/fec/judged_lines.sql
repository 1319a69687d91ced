-- One row per line of the file: its values read, and why it cannot be taken (null if it can).
with trimmed as (
    select
        row_number,
        line,
        fault,
        trim(journal_code) as journal_code,
        trim(journal_label) as journal_label,
        trim(entry_number) as entry_number,
        trim(entry_date) as entry_day,
        trim(account) as account,
        trim(account_label) as account_label,
        trim(auxiliary) as auxiliary,
        trim(auxiliary_label) as auxiliary_label,
        trim(piece) as piece,
        trim(piece_date) as piece_day,
        trim(label) as label,
        trim(letter) as letter,
        trim(foreign_currency) as foreign_currency,
        case
            when regexp_matches(debit, '^-?[0-9]+[.,]?[0-9]*$') then debit
            else regexp_replace(debit, '[\s\x{00A0}\x{202F}\x{2009}€'']', '', 'g')
        end as debit,
        case
            when regexp_matches(credit, '^-?[0-9]+[.,]?[0-9]*$') then credit
            else regexp_replace(credit, '[\s\x{00A0}\x{202F}\x{2009}€'']', '', 'g')
        end as credit
    from fec_raw
),

-- A comma or point followed by one or two figures at the end is the decimal one; others group thousands.
valued as (
    select
        *,
        try_cast(
            case
                when debit = '' then '0'
                when regexp_matches(debit, '^[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)$') then replace(debit, ',', '.')
                when regexp_matches(debit, '^[+-]?[0-9]{1,3}([.,][0-9]{3})+[.,][0-9]{1,2}$')
                    then replace(regexp_replace(regexp_replace(debit, '[.,]([0-9]{1,2})$', 'd\1'), '[.,]', '', 'g'), 'd', '.')
            end as decimal(38, 6)
        ) as exact_debit,
        try_cast(
            case
                when credit = '' then '0'
                when regexp_matches(credit, '^[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)$') then replace(credit, ',', '.')
                when regexp_matches(credit, '^[+-]?[0-9]{1,3}([.,][0-9]{3})+[.,][0-9]{1,2}$')
                    then replace(regexp_replace(regexp_replace(credit, '[.,]([0-9]{1,2})$', 'd\1'), '[.,]', '', 'g'), 'd', '.')
            end as decimal(38, 6)
        ) as exact_credit
    from trimmed
)

select
    valued.row_number,
    valued.line,
    valued.journal_code,
    valued.journal_label,
    valued.entry_number,
    entry_days.day as entry_date,
    valued.entry_day,
    valued.account,
    valued.account_label,
    valued.auxiliary,
    valued.auxiliary_label,
    valued.piece,
    piece_days.day as piece_date,
    valued.label,
    valued.letter,
    valued.foreign_currency,
    valued.debit as debit_text,
    valued.credit as credit_text,
    starts_with(valued.account, '411') or starts_with(valued.account, '416') as is_customer,
    not coalesce(entry_days.is_legal, false) as has_other_date_form,
    case when abs(valued.exact_debit) < 1000000000000 then cast(round(valued.exact_debit, 2) as decimal(18, 2)) end as debit,
    case when abs(valued.exact_credit) < 1000000000000 then cast(round(valued.exact_credit, 2) as decimal(18, 2)) end as credit,
    case
        when valued.fault is not null then valued.fault
        when valued.exact_debit is null then 'Debit is not an amount'
        when valued.exact_credit is null then 'Credit is not an amount'
        when abs(valued.exact_debit) >= 1000000000000 or abs(valued.exact_credit) >= 1000000000000
            then 'amount out of range'
        when valued.exact_debit <> round(valued.exact_debit, 2) or valued.exact_credit <> round(valued.exact_credit, 2)
            then 'amount finer than a cent'
        when entry_days.day is null then 'EcritureDate is not a date'
        when entry_days.day not between date '1970-01-01' and date '2100-12-31'
            then 'EcritureDate is not between 1970 and 2100'
        when valued.account = '' then 'CompteNum is empty'
        when (starts_with(valued.account, '411') or starts_with(valued.account, '416')) and valued.entry_number = ''
            then 'customer line without EcritureNum'
        when length(valued.account) > 60
            or length(valued.auxiliary) > 60
            or length(valued.entry_number) > 40
            or length(valued.journal_code) > 20
            then 'account, entry or journal code is too long'
    end as reason
from valued
left join fec_days as entry_days on entry_days.text = valued.entry_day
left join fec_days as piece_days on piece_days.text = valued.piece_day
