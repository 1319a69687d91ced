"""A dossier as PDF. Its first part may be handed to the other side; the checks may not.

No note, no profile and no odds ever enter either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from data_schema import word as code_word
from letters import statement
from letters.dossier import checks
from letters.dossier.chronology import chronology, contacts, of_invoices, upper
from letters.dossier.words import Cell, Row, Section, say, section, table
from letters.paper import pdf
from letters.writing import clean, count, day, fit, money, short_day, word

PARTS = ("file", "checks")
#: Signs of a name that a title and a footer hold; the parties are named in full below.
_WIDEST = 120


@dataclass(frozen=True, slots=True)
class Told:
    """All that a dossier tells; rows are those of ``sql/dossier`` and of the statement.

    ``lines`` and ``limitation`` by claim; ``pieces``: number, kind, claim_ids, dated_on, sha256;
    ``missing``: kind, claim_ids, why; ``checks`` is None where no suit is open to the claims;
    ``head`` is the last fingerprint of the chain of events.
    """

    reference: str
    as_of: date
    run_id: str
    invented: bool
    claims: Sequence[Row]
    lines: Mapping[str, Sequence[Row]]
    events: Sequence[Row]
    pieces: Sequence[Row]
    missing: Sequence[Row]
    checks: Sequence[checks.Check] | None
    limitation: Mapping[str, Sequence[Row]]
    head: str

    @property
    def numbers(self) -> dict[str, str]:
        """Number of the invoice of each claim, its own where it has none."""
        return {row["claim_id"]: row["invoice_number"] or row["claim_id"] for row in self.claims}


def dossier_pdf(told: Told, parts: Sequence[str], *, language: str) -> bytes:
    """The PDF of the parts asked for, of `PARTS`; the same facts give the same bytes.

    Raises
    ------
    ValueError
        Without a claim.
    """
    if not told.claims:
        raise ValueError("no claim to tell of")
    title = say("title", None, language)
    parties = fit(
        say("against", None, language).format(
            creditor=_name(told.claims[0], "creditor")[:_WIDEST],
            debtor=_name(told.claims[0], "debtor")[:_WIDEST],
        )
    )
    made = {"file": _file, "checks": _checks}
    titles = {"file": title, "checks": say("controls", None, language)}
    data = {
        "title": title,
        "author": _name(told.claims[0], "creditor"),
        "language": language,
        "watermark": word("letter", "invented", language) if told.invented else None,
        "page": word("letter", "page", language),
        "footer": say("footer", None, language).format(
            parties=parties, day=short_day(told.as_of, language), run=told.run_id
        ),
        "parts": [
            {
                "title": titles[part],
                "subtitle": parties,
                "day": say("as_of", None, language).format(day=day(told.as_of, language)),
                "banner": say("banner", None, language) if part == "checks" else None,
                "sections": made[part](told, language),
            }
            for part in parts
        ],
    }
    return pdf("dossier", data, as_of=told.as_of)


def _file(told: Told, language: str) -> list[Section]:
    currency = told.claims[0]["currency"]
    return [
        _parties(told, language),
        _summary(told, language),
        _pieces(told, language),
        _chronology(told, currency, language),
        _contacts(told, language),
        *(_statement(told, row, language) for row in told.claims),
        section(
            say("sections", "integrity", language),
            before=[
                say("intro", "integrity", language).format(n=count(len(told.events), language))
            ],
            mono=told.head,
            after=[say("intro", "verify", language), say("note", None, language)],
        ),
    ]


def _checks(told: Told, language: str) -> list[Section]:
    first, *others = checks.gates(told.checks, language)
    first["after"] += _assumed(told, language)
    return [
        first,
        *others,
        checks.missing(told.missing, told.numbers, language),
        *checks.limitation(told.limitation, told.numbers, language),
    ]


def _name(row: Row, party: str) -> str:
    return clean(row[f"{party}_name"] or row[f"{party}_id"] or "–")


def _party(row: Row, party: str) -> str:
    siren = row[f"{party}_siren"]
    town = " ".join(filter(None, (row[f"{party}_postcode"], row[f"{party}_city"])))
    country = row[f"{party}_country"]
    told = (
        _name(row, party),
        f"SIREN {siren}" if siren else None,
        row[f"{party}_address"],
        town,
        country if country not in (None, "FR") else None,
    )
    return clean(", ".join(part for part in told if part))


def _parties(told: Told, language: str) -> Section:
    first, total = told.claims[0], _sums(told.claims)
    currency = first["currency"]
    facts = [("creditor", _party(first, "creditor")), ("debtor", _party(first, "debtor"))]
    if first["represented_by"]:
        facts.append(("represented", clean(first["represented_by"])))
    facts += [
        ("reference", clean(told.reference)),
        ("invoices", count(len(told.claims), language)),
        ("principal", money(total["open_amount"], currency, language)),
    ]
    if total["disputed_amount"]:
        facts.append(("disputed", money(total["disputed_amount"], currency, language)))
    facts += [
        ("interest", money(total["interest"], currency, language)),
        ("indemnity", money(total["fixed_indemnity"], currency, language)),
        ("total", money(total["total_due"], currency, language)),
    ]
    if titled := _titled(told.claims, language):
        facts.append(("titled", titled))
    return section(
        say("sections", "parties", language),
        facts=[(say("facts", name, language), value) for name, value in facts],
    )


def _titled(claims: Sequence[Row], language: str) -> str | None:
    """What the title carries of the claims, where it is for a part only."""
    told = [row for row in claims if row["titled_amount"] is not None]
    principal = sum((row["titled_amount"] for row in told), Decimal(0))
    rest = sum((row["open_amount"] for row in told), Decimal(0)) - principal
    if not rest:
        return None
    sums = {
        "principal": principal,
        "accessories": sum((row["titled_accessories"] for row in told), Decimal(0)),
        "rest": rest,
    }
    written = {name: money(each, claims[0]["currency"], language) for name, each in sums.items()}
    return say("facts", "titled_says", language).format(**written)


def _sums(claims: Sequence[Row]) -> dict[str, Decimal]:
    names = ("amount", "open_amount", "disputed_amount", "fixed_indemnity", "total_due")
    sums = {name: sum((row[name] for row in claims), Decimal(0)) for name in names}
    sums["interest"] = sum((_interest(row) for row in claims), Decimal(0))
    return sums


def _interest(row: Row) -> Decimal:
    total: Decimal = row["late_penalties"] + row["legal_interest"]
    return total


def _summary(told: Told, language: str) -> Section:
    currency, total = told.claims[0]["currency"], _sums(told.claims)
    columns = (
        "invoice", "issued_on", "due_on", "amount", "settled", "open", "interest", "indemnity",
        "total",
    )  # fmt: skip

    def sums(amounts: Sequence[Decimal]) -> list[str]:
        return [money(amount, currency, language) for amount in amounts]

    rows = [
        [
            clean(told.numbers[row["claim_id"]]),
            short_day(row["issued_on"], language),
            short_day(row["due_on"], language) + (" *" if row["date_basis"] == "assumed" else ""),
            *sums(
                (row["amount"], row["amount"] - row["open_amount"], row["open_amount"],
                 _interest(row), row["fixed_indemnity"], row["total_due"])
            ),
        ]
        for row in told.claims
    ]  # fmt: skip
    last = [say("head", "total", language), "", "", *sums(
        (total["amount"], total["amount"] - total["open_amount"], total["open_amount"],
         total["interest"], total["fixed_indemnity"], total["total_due"])
    )]  # fmt: skip
    return section(
        say("sections", "summary", language),
        table=table(
            [say("head", name, language) for name in columns], rows, (1, *(0,) * 8),
            right=range(3, 9), size=7.6, total=last,
        ),
        after=_assumed(told, language),
    )  # fmt: skip


def _assumed(told: Told, language: str) -> list[str]:
    assumed = any(row["date_basis"] == "assumed" for row in told.claims)
    return [say("assumed", None, language)] if assumed else []


def _pieces(told: Told, language: str) -> Section:
    title = say("sections", "pieces", language)
    if not told.pieces:
        return section(title, before=[say("no_piece", None, language)])
    columns = ("number", "piece", "date", "invoice", "fingerprint")
    rows: list[list[Cell]] = [
        [
            str(piece["number"]),
            upper(code_word("document_kind", piece["kind"], language)),
            short_day(piece["dated_on"], language),
            of_invoices(
                [told.numbers[claim] for claim in piece["claim_ids"]], len(told.claims), language
            ),
            {"mono": piece["sha256"]},
        ]
        for piece in told.pieces
    ]
    head = [say("head", name, language) for name in columns]
    return section(
        title,
        before=[say("intro", "pieces", language)],
        table=table(head, rows, (0, 1.2, 0, 1.6, 0), right=[0]),
    )


def _chronology(told: Told, currency: str, language: str) -> Section:
    head = [say("head", name, language) for name in ("date", "event", "invoice", "amount")]
    rows = chronology(told.events, told.pieces, told.numbers, currency, language)
    return section(
        say("sections", "chronology", language),
        table=table(head, rows, (0, 3, 1.4, 0), right=[3]),
    )


def _contacts(told: Told, language: str) -> Section:
    title = say("sections", "contacts", language)
    rows = contacts(told.events, told.pieces, len(told.claims), language)
    if not rows:
        return section(title, before=[say("nothing_past", None, language)])
    columns = ("date", "step", "channel", "received", "invoice", "proof")
    return section(
        title,
        before=[say("intro", "contacts", language)],
        table=table(
            [say("head", name, language) for name in columns], rows, (0, 2.4, 1, 0, 1.3, 1)
        ),
    )


def _statement(told: Told, claim: Row, language: str) -> Section:
    """The account line by line, to the cent; it adds up to the total due."""
    rows = told.lines[claim["claim_id"]]
    every = [line for lines in told.lines.values() for line in lines]
    cells = [list(statement.told(row, language).values()) for row in rows]
    total = sum((row["amount"] for row in rows), Decimal(0))
    last = word("statement", "total", language).format(day=short_day(told.as_of, language))
    empty = [""] * (len(statement.COLUMNS) - 2)
    return section(
        say("sections", "statement", language).format(
            number=clean(told.numbers[claim["claim_id"]])
        ),
        table=table(
            [word("statement", name, language) for name in statement.COLUMNS],
            cells,
            (2, 1.6, 0, 0, 0, 1.6, 0),
            right=(2, 3, 4, 6),
            size=7,
            total=[last, *empty, money(total, claim["currency"], language)],
        ),
        # Told once, below the last account.
        after=statement.notes(every, language) if claim is told.claims[-1] else (),
    )
