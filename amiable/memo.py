"""The executive memo about a suit: read from the published day, written on one page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from amiable.courts import seats
from amiable.dossier import subject_of
from amiable.errors import AmiableError
from amiable.home import Home
from amiable.report import write_bytes
from amiable.suits import suit_file
from amiable.titles import told
from letters.memo import Case, memo_pdf
from letters.writing import LANGUAGES
from pipelines.warehouse import Warehouse


def case_of(home: Home, warehouse: Warehouse, text: str) -> Case:
    """All that a memo tells of the suit, or of the suit that a claim would join.

    Raises
    ------
    AmiableError
        When the claim joins no suit, or no course was weighed.
    """
    subject = subject_of(warehouse, text)
    if subject.suit_id is None:
        raise AmiableError(
            f"Claim {text} joins no suit on that day (not due, undated, or without a rate):"
            " there is nothing to decide."
        )
    run = warehouse.versions()[0]
    courses = warehouse.dossier("courses", suit_id=subject.suit_id)
    if not courses:
        raise AmiableError(f"No course was weighed for the suit {subject.suit_id}.")
    suit = suit_file(warehouse, subject.suit_id, as_of=run["as_of"], seats=seats(home))
    return Case(
        suit_id=subject.suit_id,
        as_of=run["as_of"],
        run_id=run["run_id"],
        parameters=run["parameters"],
        invented=home.is_demo,
        claims=warehouse.dossier("claims", claim_ids=subject.claim_ids),
        courses=courses,
        gates=[check.gate for check in suit.checks] if suit else [],
        insolvency=suit.facts.insolvency if suit else None,
        declare_by=next((each.on for each in suit.checks if each.gate.code == "insolvency"), None)
        if suit
        else None,
        vat_comes_back=suit is not None and suit.facts.vat_comes_back,
        afoot={language: told(suit.after.step, language) for language in LANGUAGES}
        if suit and suit.after
        else {},
        courts=suit.courts if suit else {},
    )


def write_memo(
    home: Home, text: str | None, target: Path, *, language: str, as_of: date | None = None
) -> list[str]:
    """Write the memo as ``.pdf``; what to tell.

    Raises
    ------
    AmiableError
        Without a subject, for another ending, or what `case_of` refuses.
    """
    if text is None:
        raise AmiableError("`export memo` needs a suit, a claim or an invoice number.")
    if target.suffix.lower() != ".pdf":
        raise AmiableError(f"{target}: a memo is written to a .pdf file.")
    with Warehouse(home.path, as_of) as warehouse:
        case = case_of(home, warehouse, text)
    write_bytes(target, memo_pdf(case, language=language))
    return [f"{target}: suit {case.suit_id}, {case.advised['course']} advised; a person decides."]
