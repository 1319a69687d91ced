-- One row per customer line of the file, named by what it says, so that the same line of another export bears the same name.
with customers as (
    select
        judged.row_number,
        judged.journal_code,
        judged.journal_label,
        judged.entry_number,
        judged.entry_date,
        judged.account,
        case when judged.auxiliary <> '' then judged.auxiliary else judged.account end as customer,
        judged.auxiliary <> '' as has_auxiliary,
        case when judged.auxiliary_label <> '' then judged.auxiliary_label else judged.account_label end as customer_name,
        judged.piece,
        judged.piece_date,
        judged.label,
        judged.letter,
        cast(judged.debit - judged.credit as decimal(18, 2)) as net,
        strip_accents(lower(judged.journal_label)) as journal_words,
        strip_accents(lower(judged.label)) as words,
        entries.n_customer_lines,
        coalesce(entries.sells, false) as sells,
        coalesce(entries.takes_back, false) as takes_back,
        coalesce(entries.has_income, false) as has_income,
        coalesce(entries.receives, false) as receives,
        coalesce(entries.receives_cash, false) as receives_cash,
        coalesce(entries.receives_cheque, false) as receives_cheque,
        coalesce(entries.writes_off, false) as writes_off,
        coalesce(entries.sets_off, false) as sets_off,
        entries.vat
    from fec_judged as judged
    join fec_entries as entries
        on entries.journal_code = judged.journal_code
        and entries.entry_number = judged.entry_number
        and entries.entry_date = judged.entry_date
    where judged.reason is null
        and judged.is_customer
        and judged.debit <> judged.credit
),

described as (
    select
        *,
        concat_ws(
            ':', $ledger, journal_code, entry_number, strftime(entry_date, '%Y%m%d'), customer, cast(net as varchar)
        ) as name,
        -- Opening entries carry balances, VAT among them, but never income.
        not has_income
        and (
            regexp_matches(upper(journal_code), '^(AN|ANO|ANV|ANX|RAN|OUV|A\.?N\.?|A-N)[0-9]{0,2}$')
            or regexp_matches(journal_words, 'a.?nouveau|\breports?\b|ouverture')
            or regexp_matches(words, 'report a nouveau|reports? a.?nouveau|\ba.?nouveaux?\b|solde d.ouverture|bilan d.ouverture')
        ) as is_opening,
        not receives
        and (
            regexp_matches(upper(journal_code), '^(VE|VEN|VT|VTE|VENTES?|FAC|FACT)[0-9]{0,2}$')
            or regexp_matches(journal_words, '\bventes?\b|facturation|\bsales\b')
        ) as is_sales_journal
    from customers
),

numbered as (
    select
        *,
        -- Identical lines of one entry are told apart by their rank alone.
        row_number() over (partition by name order by account, piece, label, letter, row_number) as nth
    from described
)

select
    $ledger as ledger,
    case when nth = 1 then name else concat(name, ':', nth) end as line_id,
    $source_id as source_id,
    row_number,
    journal_code,
    entry_number,
    entry_date,
    account,
    customer,
    has_auxiliary,
    customer_name,
    piece,
    case
        when piece_date between date '1970-01-01' and entry_date + interval 1 year
            and piece_date >= entry_date - interval 5 year
            then piece_date
        else entry_date
    end as issued_on,
    letter,
    net,
    is_opening,
    case
        when is_opening then 'opening'
        when net > 0 and (sells or is_sales_journal) then 'invoice'
        when net > 0 then 'other_debit'
        when receives then 'payment'
        -- The VAT of a loss is taken back too.
        when writes_off then 'write_off'
        when takes_back or is_sales_journal then 'credit_note'
        when sets_off then 'set_off'
        else 'other_credit'
    end as kind,
    case
        when net > 0 then null
        when is_opening then 'other'
        when receives_cash then 'cash'
        when receives_cheque then 'cheque'
        when receives and regexp_matches(words, '\b(cheques?|chq|chqs|remise|rch)\b') then 'cheque'
        when receives and regexp_matches(words, '\b(prelevements?|prlv|prel|sdd)\b') then 'direct_debit'
        when receives and regexp_matches(words, '\b(especes?|liquide)\b') then 'cash'
        when receives and regexp_matches(words, '\b(cb|carte|tpe|stripe)\b') then 'card'
        when receives and regexp_matches(words, '\b(vir|virt|virement|virements|sct)\b') then 'transfer'
        when receives and regexp_matches(journal_words, '\b(cheques?|chequier)\b') then 'cheque'
        when receives and regexp_matches(journal_words, '\b(caisse|especes?)\b') then 'cash'
        when receives then 'transfer'
        when writes_off then 'write_off'
        when takes_back or is_sales_journal then 'credit_note'
        when sets_off then 'set_off'
        else 'other'
    end as method,
    case when net > 0 and n_customer_lines = 1 and vat > 0 and vat < net then cast(vat as decimal(18, 2)) end as vat_amount
from numbered
