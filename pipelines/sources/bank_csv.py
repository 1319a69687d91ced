"""The CSV of French banks: titles above, a header of their own words, commas in amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path

import duckdb

from pipelines.errors import LedgerRefused
from pipelines.sources import text, values
from pipelines.sources.bank_fields import FEE, NO_ACCOUNT, TAKEN_BACK
from pipelines.sources.headers import plain
from pipelines.sources.iban import masked, shortened
from pipelines.sources.text import TextShape
from pipelines.store import literal, quoted, statement

_HEADER_WITHIN = 60
_SEPARATORS = (";", ",", "\t", "|")
_SHORTENED = re.compile(r"[A-Z]{2}…[0-9A-Z]{4}-[0-9a-f]{12}")
_NUMBER = re.compile(r"(?i)\b(?:compte|account)\b[^0-9]{0,40}([0-9][0-9A-Z ]{6,30})")

_ROLES: Mapping[str, tuple[str, ...]] = {
    "booked_on": (
        "date", "date opération", "date de l'opération", "date comptable", "date comptabilisation",
        "date compta", "date mouvement", "date écriture", "date op", "date transaction",
        "booking date", "posting date", "transaction date", "jour",
    ),
    "value_on": ("date valeur", "valeur", "value date", "date val"),
    "remittance": (
        "libellé", "libellé opération", "libellé simplifié", "libellé court", "libellé long",
        "libellé complémentaire", "libellé interne", "libellé écriture", "libellé mouvement",
        "intitulé", "détail", "détail opération", "détail écriture", "opération", "nature",
        "nature opération", "informations complémentaires", "info complémentaires",
        "information complémentaire", "motif", "communication", "commentaire", "label",
        "description", "details", "narrative", "payment details", "remittance information",
    ),
    "counterparty": (
        "contrepartie", "nom contrepartie", "tiers", "nom tiers", "émetteur", "nom émetteur",
        "donneur ordre", "nom donneur ordre", "payeur", "counterparty", "counterparty name",
        "payer", "payer name",
    ),
    "counterparty_account": (
        "iban contrepartie", "compte contrepartie", "iban tiers", "iban émetteur",
        "iban donneur ordre", "counterparty iban", "counterparty account", "payer iban",
    ),
    "debit": (
        "débit", "débit euro", "débit eur", "montant débit", "débit opération", "sortie",
        "dépense", "paid out", "money out", "withdrawal",
    ),
    "credit": (
        "crédit", "crédit euro", "crédit eur", "montant crédit", "crédit opération", "entrée",
        "recette", "paid in", "money in", "deposit",
    ),
    "amount": (
        "montant", "montant euro", "montant eur", "montant opération", "amount", "amount eur",
    ),
    "side": ("sens", "sens opération", "débit crédit", "dc", "direction", "credit debit"),
    "currency": ("devise", "currency", "monnaie"),
    "bank_reference": (
        "référence", "réf", "numéro opération", "n opération", "référence opération",
        "référence bancaire", "reference", "transaction id", "référence banque",
    ),
    "end_to_end_id": (
        "référence bout en bout", "end to end id", "endtoendid", "référence donneur ordre",
    ),
    "account": (
        "compte", "numéro compte", "n compte", "iban", "iban compte", "account", "account number",
    ),
}  # fmt: skip
# Columns of a ledger or a list of invoices: such a file is no statement.
_OF_LEDGERS = (
    "échéance", "date échéance", "facture", "numéro facture", "n facture", "client", "code client",
    "journal", "code journal", "pièce", "numéro pièce", "n pièce", "lettrage", "lettre",
    "compte général", "compte tiers", "compte auxiliaire", "due date", "invoice", "invoice number",
    "customer", "montant ttc", "montant ht",
)  # fmt: skip
_OF_BANKS = (
    "date valeur", "valeur", "value date", "solde", "balance", "date comptabilisation",
    "date opération", "libellé opération", "libellé simplifié", "contrepartie", "débit euro",
    "informations complémentaires", "booking date", "paid in",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """How a file is written, the columns of each role, and the account its titles name."""

    shape: TextShape
    roles: Mapping[str, tuple[str, ...]]
    account: str


def looks_like_statement(path: Path) -> bool:
    """Whether a CSV has the columns of a statement and none of a ledger or list of invoices."""
    try:
        found = _opened(path)
    except LedgerRefused:
        return False
    if found is None or "remittance" not in found.roles:
        return False
    names = {plain(name) for name in found.shape.header}
    if names & _plain(_OF_LEDGERS):
        return False
    return bool(
        names & _plain(_OF_BANKS)
        or found.account != NO_ACCOUNT
        or {"debit", "credit"} <= set(found.roles)
    )


def to_cells(con: duckdb.DuckDBPyConnection, path: Path, notes: list[str]) -> None:
    """Make the TEMP tables ``bank_cells`` (the fields) and ``bank_refused``.

    Raises ``LedgerRefused`` when no line names a date and an amount.
    """
    found = _opened(path)
    if found is None:
        raise LedgerRefused(
            f"{path.name} is no bank statement: no line names a date and an amount (Date, Libellé,"
            " Débit, Crédit; or Date, Libellé, Montant)"
        )
    shape = found.shape
    notes.append(
        f"Read as {shape.encoding} text, header on line {shape.header_row}, columns separated by"
        f" {shape.separator!r}."
    )
    text.to_table(con, "bank_raw", shape.header, _rows(path, found), ragged="bank_ragged")
    con.execute(_typed(con, found, notes)).fetchall()
    con.execute(_REFUSED).fetchall()
    con.execute("delete from bank_cells where is_both").fetchall()


def _opened(path: Path) -> Statement | None:
    """The header by its words, under the separator that shows one; None when there is none."""
    try:
        first = text.sniff(path)
        tried = [first.separator, *(each for each in _SEPARATORS if each != first.separator)]
    except LedgerRefused:
        tried = list(_SEPARATORS)
    for separator in tried:
        try:
            shape = text.sniff(path, separator=separator)
            bare = replace(shape, header=(), header_row=0)
            head = list(islice(text.rows(path, bare), _HEADER_WITHIN))
        except LedgerRefused:
            continue
        for place, (line, cells) in enumerate(head):
            header = text.unique_names(cells)
            roles = _roles_of(header)
            if "booked_on" in roles and roles.keys() & {"amount", "credit"}:
                titles = [cell for _, above in head[:place] for cell in above]
                account = _account_in(titles)
                return Statement(replace(shape, header=header, header_row=line), roles, account)
    return None


@cache
def _plain(names: Sequence[str]) -> frozenset[str]:
    return frozenset(plain(name) for name in names)


def _roles_of(header: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The columns of each role, in the order of the role's words; one date will do."""
    roles: dict[str, tuple[str, ...]] = {}
    for role, words in _ROLES.items():
        ranks = {plain(word): rank for rank, word in reversed(list(enumerate(words)))}
        named = sorted((ranks[plain(name)], name) for name in header if plain(name) in ranks)
        if named:
            roles[role] = tuple(name for _, name in named)
    return roles


def _account_in(titles: Sequence[str]) -> str:
    for title in titles:
        if held := _SHORTENED.search(masked(title)):
            return held.group()
    numbered = _NUMBER.search(" ".join(titles))
    return shortened(numbered.group(1).strip()) if numbered else NO_ACCOUNT


def _rows(path: Path, found: Statement) -> Iterator[tuple[int, list[str]]]:
    """Rows as wide as the header, account numbers shortened."""
    header = found.shape.header
    numbers = {*found.roles.get("account", ()), *found.roles.get("counterparty_account", ())}
    hidden = [name in numbers for name in header]
    for line, cells in text.rows(path, found.shape):
        cells += [""] * (len(header) - len(cells))
        yield (
            line,
            [
                shortened(cell) if place < len(hidden) and hidden[place] else masked(cell)
                for place, cell in enumerate(cells)
            ],
        )


def _typed(con: duckdb.DuckDBPyConnection, found: Statement, notes: list[str]) -> str:
    """SQL of ``bank_cells``: what cannot be read stays as written, for the intake to refuse."""
    roles = found.roles

    def cell(role: str) -> str:
        return _first(roles.get(role, ()))

    votes = [
        values.amount_votes(con, "bank_raw", quoted(name))
        for role in ("credit", "debit", "amount")
        for name in roles.get(role, ())[:1]
    ]
    decimal = "." if sum(v.point for v in votes) > sum(v.comma for v in votes) else ","
    days = values.date_votes(con, "bank_raw", cell("booked_on"))
    day_first = days.day_first >= days.month_first
    order = "day/month" if day_first else "month/day"
    notes.append(f"Amounts with a decimal {decimal!r}, dates as {order}.")

    def number(role: str) -> str:
        if role not in roles:
            return "null"
        written = quoted(roles[role][0])
        read = values.decimal_text(written, decimal=decimal)
        return statement(
            "coalesce({read}, nullif(trim({written}), ''))", read=read, written=written
        )

    def day(role: str) -> str:
        read = values.iso_date(cell(role), day_first=day_first)
        return statement("coalesce({read}, {written})", read=read, written=cell(role))

    return statement(
        _CELLS,
        account=statement("coalesce({c}, {d})", c=cell("account"), d=literal(found.account)),
        booked_on=day("booked_on"),
        value_on=day("value_on") if "value_on" in roles else "null",
        credit=number("credit" if "credit" in roles else "amount"),
        debit=number("debit"),
        side=cell("side"),
        currency=statement("upper({c})", c=cell("currency")),
        counterparty=cell("counterparty"),
        counterparty_account=cell("counterparty_account"),
        remittance="concat_ws(' ', " + _each(roles.get("remittance", ())) + ")",
        end_to_end_id=cell("end_to_end_id"),
        bank_reference=cell("bank_reference"),
        dated=quoted(roles["booked_on"][0]),
        heading=literal(roles["booked_on"][0]),
        all=_each(found.shape.header),
        taken_back=literal(TAKEN_BACK),
        fee=literal(FEE),
        has_two="true" if "credit" in roles else "false",
    )


def _each(names: Sequence[str]) -> str:
    return ", ".join("nullif(" + quoted(name) + ", '')" for name in names) or "null"


def _first(names: Sequence[str]) -> str:
    return "coalesce(" + _each(names) + ", null)"


_CELLS = """
    create or replace temp table bank_cells as
    with told as (
        select
            row_number,
            {account} as account,
            {booked_on} as booked_on,
            {value_on} as value_on,
            {credit} as credit,
            {debit} as debit,
            upper(strip_accents({side})) as side,
            {currency} as currency,
            {counterparty} as counterparty,
            {counterparty_account} as counterparty_account,
            {remittance} as remittance,
            {end_to_end_id} as end_to_end_id,
            {bank_reference} as bank_reference,
            trim({dated}) = {heading} as is_title,
            strip_accents(lower(concat_ws(' ', {all}))) as whole
        from bank_raw
    ),
    signed as (
        select
            *,
            try_cast(credit as decimal(38, 2)) as credit_value,
            try_cast(debit as decimal(38, 2)) as debit_value
        from told
    ),
    one as (
        select
            *,
            {has_two} and credit_value <> 0 and debit_value <> 0 as is_both,
            case
                when coalesce(credit_value, 1) <> 0 and credit is not null
                    and not coalesce(regexp_matches(side, '^(D|DEBIT|DBIT|-)$'), false)
                    then credit
                when credit_value is not null and side is not null and credit_value <> 0
                    then '-' || abs(credit_value)
                when debit_value <> 0 then '-' || abs(debit_value)
                else coalesce(debit, credit)
            end as amount
        from signed
    )
    select
        row_number,
        account,
        booked_on,
        value_on,
        amount,
        currency,
        counterparty,
        counterparty_account,
        remittance,
        end_to_end_id,
        bank_reference,
        case
            when is_title then 'title'
            when try_cast(booked_on as date) is null
                and regexp_matches(whole, '\\b(solde|total|totaux|balance)\\b')
                then 'balance'
            when try_cast(amount as decimal(38, 2)) = 0 then 'zero'
            when try_cast(amount as decimal(38, 2)) < 0 and not coalesce(
                regexp_matches(strip_accents(lower(remittance)), {taken_back})
                and not regexp_matches(strip_accents(lower(remittance)), {fee}), false
            ) and not ({has_two} and coalesce(credit_value, 0) < 0) then 'debit'
        end as aside,
        coalesce(is_both, false) as is_both,
        whole
    from one"""

_REFUSED = """
    create or replace temp table bank_refused as
    select row_number, 'bank_lines' as table_name, reason, payload, 0::decimal(38, 2) as amount
    from bank_ragged
    union all
    select
        row_number,
        'bank_lines',
        'both a debit and a credit on one line: keep one',
        json_object('line', whole)::varchar,
        try_cast(amount as decimal(38, 2))
    from bank_cells
    where is_both"""
