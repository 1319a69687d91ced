"""A mapping proposed for a file nobody described, from the names and contents of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from data_schema import tables
from pipelines.errors import LedgerRefused
from pipelines.sources.contents import (
    Contents,
    contents_of,
    date_form,
    derived_from_the_end,
    fitness,
)
from pipelines.sources.headers import header_likeness, known_by_name, name_scores, plain
from pipelines.sources.mapping import Mapping, canonical_names
from pipelines.sources.tabular import Tabular, open_tabular

SAMPLE_ROWS = 1_000

_LEAST = 0.35
_DATES = ("issued_on", "due_on", "closed_on", "performed_on")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the tool makes of a file, for a person to confirm.

    ``confidence`` (0 to 1) and ``reasons`` (a sentence) are by canonical name. ``sample`` holds
    the first rows under ``header``. ``unmapped`` lists the source columns that travel on as
    further columns. ``day_first`` says how dates in figures are read, None where it stays open.
    ``warnings`` name what a person should look at.
    """

    mapping: Mapping
    confidence: dict[str, float]
    reasons: dict[str, str]
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    unmapped: tuple[str, ...]
    day_first: bool | None = None
    warnings: list[str] = field(default_factory=list)


def propose(path: Path, *, sheet: str | None = None) -> Proposal:
    """Which column of ``path`` holds what, judged on its header and first rows.

    Raises ``LedgerRefused`` when the file cannot be read, or when no column can be taken for
    the amount, or none for the debtor.
    """
    return proposal_of(path, open_tabular(path, header_likeness, sheet=sheet))


def proposal_of(path: Path, table: Tabular) -> Proposal:
    """The proposal for a table that is already open."""
    width = len(table.header)
    sample = [tuple(cells) for _, cells in islice(table.rows(), SAMPLE_ROWS) if len(cells) == width]
    contents = {
        name: contents_of([row[position] for row in sample])
        for position, name in enumerate(table.header)
    }
    scores = _scores(contents)
    columns, confidence = _assigned(scores)
    reasons = {
        canonical: _reason(canonical, source, contents[source])
        for canonical, source in columns.items()
    }
    warnings = _settle(columns, confidence, reasons, contents, scores)
    if missing := [name for name in ("amount", "debtor_id") if name not in columns]:
        raise LedgerRefused(
            f"{path.name}: no column looks like {' or '.join(missing)}; the columns are "
            f"{', '.join(table.header[:40])}. Write a mapping."
        )
    unmapped = tuple(name for name in table.header if name not in columns.values())
    known, why = _known(unmapped, columns, contents)
    warnings += why
    date_format, day_first = _dates(columns, contents)
    order = canonical_names("claims")
    mapping = Mapping(
        columns={name: columns[name] for name in order if name in columns},
        date_format=date_format,
        sheet=table.sheet,
        known=known,
    )
    if "claim_id" not in columns:
        warnings.append("No column identifies the invoices: their line number is used.")
    if "due_on" not in columns:
        warnings.append("No column holds the due date: it will be assumed from the payment terms.")
    return Proposal(
        mapping=mapping,
        confidence={name: round(confidence[name], 2) for name in mapping.columns},
        reasons={name: reasons[name] for name in mapping.columns},
        header=table.header,
        sample=tuple(sample[:20]),
        unmapped=unmapped,
        day_first=day_first,
        warnings=warnings,
    )


def _scores(contents: dict[str, Contents]) -> dict[tuple[str, str], float]:
    """How well each source column would serve as each canonical one, by (canonical, source)."""
    scores: dict[tuple[str, str], float] = {}
    for source, content in contents.items():
        named = name_scores(source)
        for canonical in canonical_names("claims"):
            by_name = named.get(canonical, 0.0)
            fit, alone = fitness(canonical, content)
            score = max(by_name * fit, alone)
            if score >= _LEAST:
                scores[canonical, source] = score
    return scores


def _assigned(scores: dict[tuple[str, str], float]) -> tuple[dict[str, str], dict[str, float]]:
    """Best pairs first, each canonical and each source column once."""
    columns: dict[str, str] = {}
    confidence: dict[str, float] = {}
    for (canonical, source), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if canonical in columns or source in columns.values():
            continue
        columns[canonical], confidence[canonical] = source, score
    return columns, confidence


def _settle(
    columns: dict[str, str],
    confidence: dict[str, float],
    reasons: dict[str, str],
    contents: dict[str, Contents],
    scores: dict[tuple[str, str], float],
) -> list[str]:
    """Give the required columns what a weaker role took; drop roles that lost their sense."""
    warnings: list[str] = []

    def move(taken: str, wanted: str) -> None:
        columns[wanted] = columns.pop(taken)
        confidence[wanted] = confidence.pop(taken)
        del reasons[taken]
        reasons[wanted] = _reason(wanted, columns[wanted], contents[columns[wanted]])

    def drop(name: str) -> None:
        for held in (columns, confidence, reasons):
            held.pop(name, None)

    if "amount" not in columns and "balance" in columns:
        move("balance", "amount")
        warnings.append("Only a balance is given: it is taken for the amount of the invoice.")
    if "debtor_id" not in columns:
        for stand_in in ("debtors.name", "creditor_id", "debtors.siren", "debtors.email"):
            if stand_in in columns:
                move(stand_in, "debtor_id")
                break
    if "claim_id" in columns:
        for source in contents:
            # Beside an identifier of its own, the number of the invoice keeps its place.
            if plain(source) == "invoice number" and source not in columns.values():
                columns["invoice_number"], confidence["invoice_number"] = source, 1.0
                reasons["invoice_number"] = _reason("invoice_number", source, contents[source])
    if "credit" in columns and "debit" not in plain(columns.get("amount", "")):
        drop("credit")
    weak = {"due_on", "closed_on", "performed_on"} & columns.keys()
    if "issued_on" not in columns and not weak and confidence.get("due_on", 1.0) < _LEAST:
        drop("due_on")
    for name in sorted(columns):
        rivals = [
            source
            for (canonical, source), score in scores.items()
            if canonical == name
            and source not in columns.values()
            and score > 0.9 * confidence[name]
            and score > 0.6
        ]
        if rivals and name in ("claim_id", "debtor_id", "issued_on", "due_on", "amount"):
            warnings.append(
                f"{name} is read from {columns[name]!r}; {', '.join(map(repr, sorted(rivals)))} "
                "would do as well."
            )
    return warnings


def _reason(canonical: str, source: str, content: Contents) -> str:
    by_name = name_scores(source).get(canonical, 0.0)
    if by_name >= 0.8:
        start = f"{source!r} is a usual name of it"
    elif by_name > 0:
        start = f"{source!r} resembles a usual name of it"
    else:
        start = f"the contents of {source!r} suggest it"
    return f"{start}; {content.words()}."


def _known(
    unmapped: Sequence[str], columns: dict[str, str], contents: dict[str, Contents]
) -> tuple[dict[str, str], list[str]]:
    """When each further column becomes known, where that is not at issue, and why."""
    dates = {name: contents[columns[name]] for name in _DATES if name in columns}
    known: dict[str, str] = {}
    why: list[str] = []
    for source in unmapped:
        by_name = known_by_name(source)
        by_content = derived_from_the_end(contents[source], dates)
        if by_name is not None:
            known[source] = by_name
        elif by_content is not None:
            known[source] = "never"
            why.append(f"{source!r} is not used: {by_content}.")
    return known, why


def _dates(
    columns: dict[str, str], contents: dict[str, Contents]
) -> tuple[str | None, bool | None]:
    """The one form in which every date of the sample is written, and whether the day leads."""
    return date_form([contents[columns[name]] for name in _DATES if name in columns])


def required() -> tuple[str, ...]:
    """Columns without which a claim is refused.

    >>> required()
    ('claim_id', 'debtor_id', 'amount')
    """
    return tuple(column.name for column in tables("in")["claims"].columns if column.required)
