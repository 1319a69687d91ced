"""The rows of an invoice list told apart: claims, credits, and lines that are neither.

A row makes a claim; or a payment on account (a credit note, a receipt, written as a negative
amount or typed so); or nothing (totals, titles, drafts, credits already used), and then it is
counted out of scope. What a balance shows as paid is a payment on its claim.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb

from data_schema import tables
from pipelines.judgement import NUMBER, money
from pipelines.sources.readable import Readable
from pipelines.sources.reading import Incoming, Reading
from pipelines.sources.values import currency_of, decimal_text
from pipelines.store import count, literal, quoted, statement

_SQL = Path(__file__).with_name("sql")
_ASIDE = {
    "total": "Lines of totals left aside",
    "title": "Repeated headers and lines without invoice, date or amount left aside",
    "draft": "Drafts left aside",
    "used": "Credit notes already used left aside",
}
_WORDS = {
    "total": "^(sous[- ]?)?(grand )?(sub)?(total|totaux)( |:|$)",
    "credit": "avoir|credit|note de cr|refund|rembours|^h$|^gutschrift|^av$|^dg$",
    "receipt": "^(reglement|paiement|payment|virement|cheque|encaissement|receipt|rg$|dz$)",
    "paid": "^(paid|paye|regle|solde|settled|closed|cleared|encaisse|acquitte)",
    "cancelled": "^(cancel|annul|void)",
    "draft": "^(draft|brouillon)",
}
_CREDITED_STRANGERS = " and part = 'credit' and debtor not in (select debtor_id from debtors)"
_FURTHER = ("balance", "credit", "document_type", "status")
_MONEY = ("amount", "credit", "balance")
_SAMPLE = 10_000


class Invoices:
    """Makes the canonical tables of one invoice list that lies as text in ``ledger_raw``."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        reading: Reading,
        readable: Readable,
        header: tuple[str, ...],
    ) -> None:
        """Nothing is read before `make`."""
        self._con = con
        self._reading = reading
        self._readable = readable
        self._header = header
        self._names = tables("in")["claims"].names
        self._latest = ""
        self._ids_are_names = False

    def make(self) -> None:
        """Fill the reading: relations, counts, amounts, notes."""
        self._parse()
        self._sort()
        self._name()
        self._claims()
        self._payments()
        self._debtors()
        self._count()

    def _parse(self) -> None:
        """One row per row of the file, every canonical column read or empty."""
        readable = self._readable
        names = [name for name in (*self._names, *_FURTHER) if name != "currency"]
        names += ["debtors.name", *self._debtor_columns("name")]
        columns = [_named(readable.value(name), name) for name in names]
        columns.append(_currency(readable) + " as currency")
        first = quoted(self._header[0])
        columns.append(statement("lower(strip_accents({cell})) as first_cell", cell=first))
        same = [
            statement("{cell} = {name}", cell=quoted(source), name=literal(source))
            for source in list(readable.mapping.columns.values())[:3]
        ]
        columns.append(" and ".join(same) + " as is_header")
        cents = [
            statement("{cents} as {name}", cents=money(quoted(name)), name=quoted(name + "_cents"))
            for name in _MONEY
        ]
        self._con.execute(
            statement(
                "create or replace temp table ledger_parsed as select *, {cents}"
                " from (select row_number, {columns} from ledger_raw)",
                cents=", ".join(cents),
                columns=", ".join(columns),
            )
        ).fetchall()

    def _sort(self) -> None:
        readable, notes = self._readable, self._reading.notes
        if not readable.has("debtor_id"):
            notes.append("Debtors are told apart by their name.")
        elif not readable.has("debtors.name"):
            self._ids_are_names = bool(self._rows("debtor_likeness")[0][0])
        if self._ids_are_names:
            notes.append("Debtors are told apart by their name, whatever its case and accents.")
        if not readable.has("claim_id"):
            notes.append("Invoices without a number are named after their line.")
        self._table(
            "ledger_sorted",
            "sorted_rows",
            ids_are_names=self._ids_are_names,
            has_numbers=readable.has("claim_id"),
            has_dates=readable.has("issued_on") or readable.has("due_on"),
            **_WORDS,
        )
        self._latest = str(self._rows("latest_day")[0][0] or "")

    def _name(self) -> None:
        self._table("ledger_repeated", "repeated_numbers")
        self._table("ledger_named", "named_rows")
        by_debtor = count(self._con, "select count(*) from ledger_repeated where by_debtor")
        by_due_date = count(self._con, "select count(*) from ledger_repeated where by_due_date")
        if by_debtor:
            self._reading.notes.append(
                f"Invoice numbers that occur with several debtors: {by_debtor}; "
                "their claims are named number/debtor."
            )
        if by_due_date:
            self._reading.notes.append(
                f"Invoices that fall due in several parts: {by_due_date}; "
                "their claims are named after the due date too."
            )

    def _claims(self) -> None:
        """Claims with their further columns; what the file lacks is left to the contract."""
        made = {
            "claim_id": "n.identifier",
            "debtor_id": "n.debtor",
            "invoice_number": "coalesce(nullif(n.invoice_number, ''), n.number)",
            "currency": "n.currency",
            "amount": "n.balance" if self._balance_is_amount() else "n.total",
            "closed_on": "case when n.is_cancelled and n.closed_on = '' then $latest"
            " else n.closed_on end",
            "closed_as": "case when n.is_cancelled then 'cancelled' else n.closed_as end",
        }
        columns = [
            statement(
                "{value} as {name}", value=made.get(name, "n." + quoted(name)), name=quoted(name)
            )
            for name in self._names
            if name in made or self._readable.has(name)
        ]
        extras = self._extras()
        columns += [_named(value, name) for name, value in extras.items()]
        self._con.execute(
            statement(
                "create or replace temp table ledger_claims as select n.row_number, {columns}"
                " from ledger_named as n join ledger_raw as r on n.row_number = r.row_number"
                " where n.part = 'claim'",
                columns=", ".join(columns),
            ),
            {"latest": self._latest},
        ).fetchall()
        self._reading.incoming.append(Incoming("claims", "ledger_claims"))
        known = {self._extra(name): when for name, when in self._readable.mapping.known.items()}
        self._reading.known = {name: when for name, when in known.items() if name in extras}

    def _balance_is_amount(self) -> bool:
        """Without any date, what was paid cannot be dated: the balance stands for the claim."""
        dated = self._latest or self._readable.has("closed_on")
        return self._readable.has("balance") and not dated

    def _extra(self, source: str) -> str:
        """Name under which a further column travels: never one of the contract's."""
        taken = {name.casefold() for name in self._names} | {"extra"}
        return "source_" + source if source.casefold() in taken else source

    def _extras(self) -> dict[str, str]:
        """SQL of each further column by its name; numbers get a decimal point."""
        used = set(self._readable.mapping.columns.values())
        free = [name for name in self._header if name not in used]
        if not free:
            return {}
        tests = [
            statement(
                "coalesce(bool_and({read} is not null) filter (where {cell} <> '')"
                " and bool_or(not regexp_matches({cell}, {number})) filter (where {cell} <> ''),"
                " false)",
                cell="r." + quoted(name),
                read=self._number(name),
                number=literal(NUMBER),
            )
            for name in free
        ]
        sampled = "select {tests} from (select * from ledger_raw limit {sample}) as r"
        found = self._con.execute(
            statement(sampled, tests=", ".join(tests), sample=str(_SAMPLE))
        ).fetchall()[0]
        return {
            self._extra(name): statement(
                "coalesce({read}, {cell})", read=self._number(name), cell="r." + quoted(name)
            )
            if is_written_number
            else "r." + quoted(name)
            for name, is_written_number in zip(free, found, strict=True)
        }

    def _number(self, name: str) -> str:
        decimal = self._readable.decimal.get("amount", ".")
        return decimal_text("r." + quoted(name), decimal=decimal)

    def _payments(self) -> None:
        notes = self._reading.notes
        if self._balance_is_amount():
            notes.append("The file has no dates: the balance is taken for the amount.")
        self._table(
            "ledger_payments",
            "payments",
            latest=self._latest,
            has_balances=not self._balance_is_amount(),
        )
        found: dict[bool, int] = dict(
            self._con.execute(
                "select is_dated_here, count(*) from ledger_payments group by is_dated_here"
            ).fetchall()
        )
        if not found:
            return
        self._con.execute("alter table ledger_payments drop column is_dated_here").fetchall()
        self._reading.incoming.append(Incoming("payments", "ledger_payments"))
        if found.get(True):
            notes.append(
                f"Invoices paid in part or in full on an unknown day: {found[True]}; the payment "
                f"is dated {self._latest}, the latest invoice date of the file."
            )
        if found.get(False):
            notes.append(f"Credit notes and receipts that become payments: {found[False]}.")

    def _debtor_columns(self, *without: str) -> list[str]:
        return [
            "debtors." + name
            for name in tables("in")["debtors"].names
            if name not in ("debtor_id", *without) and self._readable.has("debtors." + name)
        ]

    def _debtors(self) -> None:
        """One row per row with a debtor; the intake takes the first filled attributes of each.

        Where the list tells nothing but the identifier, a debtor known to nobody of whom there
        is a credit note is named after it, as one that only claims name would be.
        """
        columns = {name.removeprefix("debtors."): quoted(name) for name in self._debtor_columns()}
        if self._ids_are_names:
            columns["name"] = "given_debtor"
        wanted = "debtor <> ''"
        if not columns:
            wanted += _CREDITED_STRANGERS
            columns = {"name": "debtor"}
        self._con.execute(
            statement(
                "create or replace temp table ledger_debtors as"
                " select row_number, debtor as debtor_id, {columns}"
                " from ledger_named where {wanted}",
                columns=", ".join(_named(value, name) for name, value in columns.items()),
                wanted=wanted,
            )
        ).fetchall()
        if not count(self._con, "select count(*) from ledger_debtors"):
            return
        self._reading.incoming.append(Incoming("debtors", "ledger_debtors"))

    def _count(self) -> None:
        for part, n_rows, cents, n_unreadable in self._rows("counted_parts"):
            amount = Decimal(str(cents)).quantize(Decimal("0.01"))
            self._reading.read += int(str(n_rows))
            self._reading.amount_read += amount
            if part in _ASIDE:
                self._reading.out_of_scope += int(str(n_rows))
                self._reading.amount_out_of_scope += amount
                self._reading.notes.append(f"{_ASIDE[str(part)]}: {n_rows}.")
                self._reading.unreadable_amounts += int(str(n_unreadable))

    def _table(self, relation: str, file: str, **parameters: object) -> None:
        made = statement(
            "create or replace temp table {relation} as {select}",
            relation=relation,
            select=(_SQL / (file + ".sql")).read_text(encoding="utf-8"),
        )
        self._con.execute(made, parameters or None).fetchall()

    def _rows(self, file: str) -> list[tuple[object, ...]]:
        return self._con.execute((_SQL / (file + ".sql")).read_text(encoding="utf-8")).fetchall()


def _named(value: str, name: str) -> str:
    """SQL of a column: its value, its name."""
    return statement("{value} as {name}", value=value, name=quoted(name))


def _currency(readable: Readable) -> str:
    """SQL of the currency: its column, else what stands beside the amount, else the default."""
    return statement(
        "coalesce(nullif(case {cell} when '€' then 'EUR' when 'EURO' then 'EUR'"
        " when 'EUROS' then 'EUR' when '$' then 'USD' when 'US$' then 'USD'"
        " when '£' then 'GBP' else {cell} end, ''), {beside}, {default})",
        cell="upper(" + readable.raw("currency") + ")",
        beside=currency_of(readable.raw("amount")),
        default=literal(readable.mapping.defaults.get("currency", "")),
    )
