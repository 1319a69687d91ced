-- One row per bank line that no decision speaks of yet, with its text in bare capitals.
select
    lines.line_id,                                  -- #unique #not_null
    lines.account,                                  -- #not_null
    lines.booked_on,                                -- #not_null
    lines.amount,                                   -- #not_null
    lines.currency,                                 -- #not_null
    lines.counterparty,
    lines.counterparty_account,
    lines.remittance,
    lines.end_to_end_id,
    trim(
        regexp_replace(
            upper(
                strip_accents(
                    concat_ws(' ', lines.counterparty, lines.remittance, lines.end_to_end_id)
                )
            ),
            '[^A-Z0-9]+',
            ' ',
            'g'
        )
    ) as said                                       -- #not_null
from staging.bank_lines as lines
left join (
    select distinct subject_id
    from staging.decisions
    where kind = 'answer' and question = 'bank_match'
) as decided on decided.subject_id = lines.line_id
where decided.subject_id is null
  and lines.amount <> 0
  and (lines.deleted_on is null or lines.deleted_on > $as_of)
