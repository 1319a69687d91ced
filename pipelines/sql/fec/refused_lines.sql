-- One row per line that could not be taken: where it stands, why, and what it says.
select
    row_number,
    'fec_lines' as table_name,
    reason,
    cast(
        case
            when line is not null then json_object('line', line)
            else json_object(
                'JournalCode', journal_code,
                'EcritureNum', entry_number,
                'EcritureDate', entry_day,
                'CompteNum', account,
                'CompAuxNum', auxiliary,
                'CompAuxLib', auxiliary_label,
                'PieceRef', piece,
                'EcritureLib', label,
                'Debit', debit_text,
                'Credit', credit_text,
                'EcritureLet', letter
            )
        end as varchar
    ) as payload,
    cast(coalesce(debit, 0) + coalesce(credit, 0) as decimal(38, 2)) as amount
from fec_judged
where reason is not null
