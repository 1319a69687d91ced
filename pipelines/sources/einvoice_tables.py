"""The readable documents of one source put into the canonical tables of its reading."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.sources import einvoice_rows as rows
from pipelines.sources.einvoice_document import Party, amount
from pipelines.sources.einvoice_notes import NOTES
from pipelines.sources.einvoice_settling import REFERRING
from pipelines.sources.einvoice_terms import due_on
from pipelines.sources.reading import Incoming, Reading
from pipelines.store import quoted, statement

_SQL = Path(__file__).with_name("sql")
_PARTY = ("name", "siren", "address", "postcode", "city", "country", "email", "phone")


class EInvoiceTables:
    """The readable documents of one source, put into the tables of a reading."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        reading: Reading,
        path: Path,
        entries: Sequence[rows.Entry],
    ) -> None:
        """Nothing is made before `make`; ``homeless`` then holds what it had to refuse."""
        self._con = con
        self._reading = reading
        self._path = path
        self._entries = list(entries)
        self._counts: Counter[str] = Counter()
        self.homeless: list[tuple[rows.Entry | None, int, str, str]] = []

    def make(self, assumed_terms_days: int) -> None:
        """Fill the reading: relations, what is out of scope, notes."""
        self._set_aside(
            [each for each in self._entries if each.invoice.type_code in rows.NOT_DEMANDS],
            "Pro forma invoices, which ask for nothing, left aside",
        )
        known = self._known()
        self._set_aside(
            rows.apart(self._entries, known),
            "Documents that repeat another one (same seller, number, day, amounts, buyer) left"
            " aside",
        )
        credits = rows.credits_of(self._entries, known, self._counts)
        claims = [self._claim(entry) for entry in self._entries if not entry.is_credit]
        self._table("claims", _CLAIM, claims)
        self._payments(credits)
        self._referring()
        for table, of in (("creditors", "seller"), ("debtors", "buyer")):
            self._parties(table, of)
        self._table(
            "documents",
            ("document_id", "claim_id", "kind", "dated_on", "path", "sha256"),
            [
                (
                    entry.row_number,
                    entry.claim_id + "#invoice",
                    entry.claim_id,
                    "invoice",
                    entry.invoice.issued_on,
                    self._place(entry),
                    entry.sha256,
                )
                for entry in self._entries
                if not entry.is_credit
            ],
        )
        self._tell(assumed_terms_days)
        self._con.execute("drop table einvoice_wanted").fetchall()

    def _known(self) -> dict[tuple[str, str], list[rows.Known]]:
        """Claims of the store that these documents are, or refer to."""
        wanted = sorted(
            {
                (entry.creditor_id, name)
                for entry in self._entries
                for name in (entry.invoice.number, *entry.invoice.references)
            }
        )
        self._create("einvoice_wanted", ("creditor_id", "invoice_number"), wanted, numbered=False)
        known: dict[tuple[str, str], list[rows.Known]] = defaultdict(list)
        for creditor_id, name, claim_id, total, issued_on, currency in self._rows("known_claims"):
            known[str(creditor_id), str(name)].append(
                rows.Known(
                    str(claim_id), Decimal(str(total)), str(issued_on or ""), str(currency or "")
                )
            )
        return known

    def _set_aside(self, entries: list[rows.Entry], told: str) -> None:
        if not entries:
            return
        for entry in entries:
            self._reading.out_of_scope += 1
            self._reading.amount_out_of_scope += _signed(entry)
        numbers = {entry.row_number for entry in entries}
        self._entries = [each for each in self._entries if each.row_number not in numbers]
        named = ", ".join(entry.name for entry in entries[:10])
        more = " …" if len(entries) > 10 else ""
        self._reading.notes.append(f"{told}: {len(entries)} ({named}{more}).")

    def _claim(self, entry: rows.Entry) -> tuple[object, ...]:
        invoice = entry.invoice
        day, basis = due_on(invoice, self._counts)
        is_late_interest = rows.is_late_interest(invoice)
        if is_late_interest:
            entry.marks.append("late_interest")
        rate = rows.penalty_rate(invoice)
        is_factored = invoice.type_code in rows.FACTORED
        for name, is_so in (
            ("late_interest", is_late_interest),
            ("same_number", "same_number" in entry.marks),
            ("rates", bool(rate)),
            ("advances", invoice.type_code in rows.ADVANCES),
            ("factored", is_factored),
        ):
            self._counts[name] += is_so
        return (
            entry.row_number,
            entry.claim_id,
            entry.debtor_id,
            entry.creditor_id,
            invoice.number,
            invoice.issued_on,
            day,
            basis,
            format(entry.total, "f"),
            _vat(entry),
            invoice.currency,
            "other" if is_late_interest else "",
            invoice.delivered_on,
            rate,
            (invoice.payee or "unnamed factor") if is_factored else "",
            ";".join(sorted(entry.marks)),
        )

    def _payments(self, credits: list[rows.Credit]) -> None:
        """Credits on their claims, or on account: only in euros, since no claim tells the rest."""
        homeless = [
            credit.entry
            for credit in credits
            if not credit.claim_id and credit.entry.invoice.currency != "EUR"
        ]
        self.homeless = [
            (
                entry,
                entry.row_number,
                entry.name,
                f"a credit note in {entry.invoice.currency} that refers to no single known claim"
                " has no account to stand on; import the invoice it refers to first",
            )
            for entry in homeless
        ]
        numbers = {entry.row_number for entry in homeless}
        self._counts["on_account"] -= len(numbers)
        self._entries = [each for each in self._entries if each.row_number not in numbers]
        credits = [each for each in credits if each.entry.row_number not in numbers]
        self._table(
            "payments",
            ("payment_id", "claim_id", "debtor_id", "creditor_id", "paid_on", "amount", "method"),
            [
                (
                    credit.entry.row_number,
                    credit.payment_id,
                    credit.claim_id,
                    credit.entry.debtor_id,
                    credit.entry.creditor_id,
                    credit.entry.invoice.issued_on,
                    format(credit.amount, "f"),
                    credit.method,
                )
                for credit in credits
            ],
        )

    def _referring(self) -> None:
        """What each credit note and correction refers to, for `einvoice_settling`."""
        made = []
        for entry in self._entries:
            kind = "credit" if entry.is_credit else "correction"
            if not entry.is_credit and entry.invoice.type_code not in rows.CORRECTIVES:
                continue
            key = entry.claim_id + ("#credit" if entry.is_credit else "")
            made += [
                (kind, key, entry.creditor_id, reference, entry.invoice.currency)
                for reference in entry.invoice.references
                if reference != entry.invoice.number or entry.is_credit
            ]
        names = ("kind", "row_key", "creditor_id", "invoice_number", "currency")
        self._create(REFERRING, names, made, numbered=False)

    def _parties(self, table: str, of: str) -> None:
        """One row per document; what a document leaves unsaid stays as the store has it."""
        key = "creditor_id" if of == "seller" else "debtor_id"
        names = (key, *_PARTY)
        made = [
            (entry.row_number, getattr(entry, key), *_told(getattr(entry.invoice, of), names[1:]))
            for entry in self._entries
        ]
        raw = "einvoice_raw_" + table
        self._create(raw, names, made)
        kept = [
            statement("coalesce(nullif(came.{n}, ''), stored.{n}) as {n}", n=quoted(name))
            for name in names[1:]
        ]
        if of == "seller":
            kept.append("coalesce(stored.kind, 'company') as kind")
        relation = "einvoice_" + table
        self._con.execute(
            statement(
                "create or replace temp table {relation} as"
                " select came.row_number, came.{key}, {kept} from {raw} as came"
                " left join main.{table} as stored on stored.{key} = came.{key}",
                relation=relation,
                key=key,
                kept=", ".join(kept),
                raw=raw,
                table=table,
            )
        ).fetchall()
        self._con.execute("drop table " + raw).fetchall()
        self._reading.incoming.append(Incoming(table, relation))

    def _place(self, entry: rows.Entry) -> str:
        if self._path.is_dir() or self._path.name != entry.name:
            base = self._path if self._path.is_dir() else self._path.parent
            return (base / entry.name).as_posix()
        return self._path.as_posix()

    def _table(self, table: str, names: Sequence[str], made: Sequence[tuple[object, ...]]) -> None:
        relation = "einvoice_" + table
        self._create(relation, names, made)
        self._reading.incoming.append(Incoming(table, relation))

    def _create(
        self,
        relation: str,
        names: Sequence[str],
        made: Sequence[tuple[object, ...]],
        *,
        numbered: bool = True,
    ) -> None:
        all_names = ("row_number", *names) if numbered else tuple(names)
        columns = list(zip(*made, strict=True)) if made else [()] * len(all_names)
        kinds = [pa.int64() if name == "row_number" else pa.string() for name in all_names]
        arriving = pa.table(
            {
                name: pa.array(column, kind)
                for name, column, kind in zip(all_names, columns, kinds, strict=True)
            }
        )
        self._con.register("einvoice_arriving", arriving)
        try:
            self._con.execute(
                statement(
                    "create or replace temp table {relation} as from einvoice_arriving",
                    relation=relation,
                )
            ).fetchall()
        finally:
            self._con.unregister("einvoice_arriving")

    def _rows(self, file: str) -> list[tuple[object, ...]]:
        sql = (_SQL / ("einvoice_" + file + ".sql")).read_text(encoding="utf-8")
        return self._con.execute(sql).fetchall()

    def _tell(self, assumed_terms_days: int) -> None:
        notes = self._reading.notes
        for name, told in NOTES.items():
            if self._counts[name]:
                notes.append(told.format(n=self._counts[name], days=assumed_terms_days))
        twice = self._rows("told_twice")
        if twice:
            notes.append(
                f"Invoices whose number and amount another source brought as another claim:"
                f" {len(twice)} (such as {twice[0][0]} and {twice[0][1]}); both are kept: delete"
                " one of each, or the debtor is chased twice."
            )


_CLAIM = (
    "claim_id",
    "debtor_id",
    "creditor_id",
    "invoice_number",
    "issued_on",
    "due_on",
    "date_basis",
    "amount",
    "vat_amount",
    "currency",
    "nature",
    "performed_on",
    "contract_penalty_rate",
    "assigned_to",
    "marks",
)


def _signed(entry: rows.Entry) -> Decimal:
    return (-entry.total if entry.is_credit else entry.total).quantize(Decimal("0.01"))


def _vat(entry: rows.Entry) -> str:
    stated = amount(entry.invoice.vat)
    return format(stated, "f") if stated is not None and 0 <= stated <= entry.total else ""


def _told(party: Party, names: Sequence[str]) -> tuple[str, ...]:
    written = {
        "name": party.name or party.identifier or party.private_identifier,
        "siren": party.written_siren,
        "address": party.address,
        "postcode": party.postcode,
        "city": party.city,
        "country": party.country,
        "email": party.email,
        "phone": party.phone,
    }
    return tuple(written[name] for name in names)
