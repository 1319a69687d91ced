"""Which professions a course calls for, the one that leads it first."""

from __future__ import annotations

from law.courts import lawyer_required
from law.facts import SuitFacts

#: Courses begun by an enforcement officer: no judge is asked, or a title stands already.
BY_OFFICER = frozenset(
    {"small_claim", "cheque_certificate", "uncontested_commercial", "enforcement"}
)
_WITHOUT = frozenset({"amicable", "plan", "write_off"})


def professions(course: str, facts: SuitFacts) -> tuple[str, ...]:
    """Kinds of partner that a course of a suit calls for; none where the creditor acts alone.

    Only an enforcement officer serves and seizes; a lawyer brings what asks for one; an agency
    collects without a judge. A creditor may instruct a lawyer for the others too.

    Source: Ordonnance 2016-728, art. 1; Code de procédure civile, art. 760, 761, 853; Code des
    procédures civiles d'exécution, art. L122-1, R124-1.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> facts = SuitFacts(Decimal(20000), date(2026, 10, 1), debtor_kind="company")
    >>> professions("merits", facts), professions("payment_order", facts)
    (('lawyer', 'enforcement_officer'), ('enforcement_officer',))
    """
    if course in _WITHOUT:
        return ()
    if course == "agency":
        return ("agency",)
    if course not in BY_OFFICER and lawyer_required(course, facts):
        return ("lawyer", "enforcement_officer")
    return ("enforcement_officer",)
