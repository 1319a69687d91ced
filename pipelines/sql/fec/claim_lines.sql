-- One row per debit line: the claim it belongs to; lines of one piece in one entry are one invoice.
select
    line_id,
    case
        when kind = 'invoice' and piece <> ''
            then min(line_id) over (partition by customer, journal_code, entry_number, entry_date, kind, piece)
        else line_id
    end as claim_id
from fec_movements
where net > 0
