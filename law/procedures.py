"""Which courses are open to a suit: what stands in the way, and what would lift it.

Each gate answers from the facts, as the law stands on the day of the suit. Codes have words in
``law/words.yaml``. Not legal advice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from law import parameters
from law.courts import court_kind
from law.distance import Residence, distance_months
from law.facts import SuitFacts
from law.gates import COURSES, OUT_OF_COURT, Gate, checklist

#: States bound by the European payment order and small claims regulations: all but Denmark.
EUROPEAN_STATES = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
        *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)

_BETWEEN_TRADERS = ("commercial", "commercial_chamber")


class Gates(NamedTuple):
    """Whether a course is open; what stands in the way; what would lift it or must be done."""

    admissible: bool
    obstacles: list[str]
    tasks: list[str]


class _Found:
    """Obstacles and tasks met on the way, each once, in order."""

    def __init__(self) -> None:
        self.obstacles: list[str] = []
        self.tasks: list[str] = []

    def bar(self, obstacle: str, *tasks: str) -> None:
        if obstacle not in self.obstacles:
            self.obstacles.append(obstacle)
        for task in tasks:
            self.task(task)

    def task(self, task: str) -> None:
        if task not in self.tasks:
            self.tasks.append(task)


def gates(course: str, facts: SuitFacts, checks: tuple[Gate, ...] | None = None) -> Gates:
    """Admissibility of a course; ``ValueError`` for a course that the contract does not list.

    ``checks``: the checklist of the same facts, where it was made already.

    >>> from decimal import Decimal
    >>> facts = SuitFacts(
    ...     Decimal(4000),
    ...     date(2026, 11, 21),
    ...     debtor_kind="consumer",
    ...     oldest_due_on=date(2026, 1, 31),
    ...     formal_notice_on=date(2026, 5, 4),
    ...     formal_notice_expires_on=date(2026, 5, 12),
    ... )
    >>> gates("merits", facts).obstacles
    ['amicable_attempt_missing']
    """
    if course not in COURSES:
        raise ValueError(f"No course {course!r}; known: {', '.join(COURSES)}.")
    found = _Found()
    for gate in checklist(facts) if checks is None else checks:
        if course in gate.bars:
            found.bar(gate.reason)
        if course in gate.asks and gate.task is not None:
            found.task(gate.task)
    if course in OUT_OF_COURT:
        _out_of_court(course, facts, found)
    else:
        _OWN[course](facts, found)
    return Gates(not found.obstacles, found.obstacles, found.tasks)


def service_deadline(order_on: date) -> date:
    """Last day to serve a payment order; the day of the order decides which time holds.

    Source: Code de procédure civile, art. 1411; décret 2026-96, art. 9.

    >>> service_deadline(date(2026, 8, 31)), service_deadline(date(2026, 9, 1))
    (datetime.date(2027, 2, 28), datetime.date(2026, 12, 1))
    """
    months = parameters.whole("payment_order", "service_deadline_months", order_on)
    return order_on + relativedelta(months=months)


def enforceable_on(order_on: date, served_on: date, lives: Residence = "metropolitan") -> date:
    """First day on which an unopposed payment order may be enforced; ``lives``: the debtor.

    The day of the order decides which wait holds, the day of service when it begins. Nothing is
    enforced while the time to oppose of a debtor overseas or abroad still runs: prudence, where
    the wait of art. 1422 is shorter.

    Source: Code de procédure civile, art. 643, 1422; décret 2026-96.

    >>> enforceable_on(date(2026, 9, 1), date(2026, 9, 20))
    datetime.date(2026, 11, 20)
    >>> enforceable_on(date(2026, 9, 1), date(2026, 9, 20), "abroad")
    datetime.date(2026, 12, 20)
    """
    return served_on + relativedelta(months=enforcement_wait(order_on, lives))


def enforcement_wait(order_on: date, lives: Residence = "metropolitan") -> int:
    """Months from the service of an order of that day to its enforcement."""
    name = ("payment_order", "enforcement_wait_months_after_service")
    months = parameters.whole(*name, parameters.begun(*name, order_on))
    if lives == "metropolitan":
        return months
    oppose = ("payment_order", "opposition_months")
    running = parameters.whole(*oppose, parameters.begun(*oppose, order_on))
    return max(months, running + distance_months(lives, order_on))


def opposition_until(served_on: date, lives: Residence = "metropolitan") -> date:
    """Last day to oppose a payment order served on the person; ``lives``: the debtor.

    Served otherwise, the time ends one month after the first act served on the person or the
    first measure on assets. One month more overseas, two abroad.

    Source: Code de procédure civile, art. 643, 1416.

    >>> [str(opposition_until(date(2026, 9, 15), each)) for each in ("metropolitan", "overseas")]
    ['2026-10-15', '2026-11-15']
    """
    months = parameters.whole("payment_order", "opposition_months", served_on)
    return served_on + relativedelta(months=months + distance_months(lives, served_on))


def _out_of_court(course: str, facts: SuitFacts, found: _Found) -> None:
    if course == "write_off":
        if facts.vat_comes_back:
            found.task("rectified_invoice" if _is_irrecoverable(facts) else "show_irrecoverable")
        return
    if facts.time_barred:
        found.task("no_threat")
    if course == "agency":
        found.task("written_mandate")


def _is_irrecoverable(facts: SuitFacts) -> bool:
    """Whether the VAT comes back: Code général des impôts, art. 272-1.

    The opening of any other proceeding, lateness and limitation are no such event.
    """
    return facts.insolvency == "liquidation" or facts.is_unenforceable


def _small_claim(facts: SuitFacts, found: _Found) -> None:
    """Code des procédures civiles d'exécution, art. L125-1 and R125-1."""
    _cap(facts, found, "small_claims_procedure_max", with_interest=True)
    _at_home(facts, found)
    if _uncontested_in_force(facts) and court_kind(facts) in _BETWEEN_TRADERS:
        found.bar("covered_elsewhere")
    found.task("choose_officer")


def _at_home(facts: SuitFacts, found: _Found) -> None:
    """Code de procédure civile, art. 42 and 43; regulation (EU) 1215/2012, art. 4."""
    if facts.country != "FR":
        found.bar("debtor_abroad", _way_abroad(facts))


def _way_abroad(facts: SuitFacts) -> str:
    """What to do about a debtor abroad: a European course where the regulations reach."""
    if facts.country in EUROPEAN_STATES and facts.country != facts.creditor_country:
        return "use_european_order"
    return "ask_lawyer_abroad"


def _tj_request(facts: SuitFacts, found: _Found) -> None:
    """Code de procédure civile, art. 756 to 758, 818."""
    if facts.country != "FR":
        found.bar("debtor_abroad", _way_abroad(facts))
    elif court_kind(facts) == "commercial":
        found.bar("commercial_matter")
    _cap(facts, found, "tj_request_max")


def _european_order(facts: SuitFacts, found: _Found) -> None:
    """Regulation (EC) 1896/2006."""
    _across_borders(facts, found)


def _european_small_claim(facts: SuitFacts, found: _Found) -> None:
    """Regulation (EC) 861/2007, art. 2."""
    _across_borders(facts, found)
    _cap(facts, found, "eu_small_claims_max")


def _cheque_certificate(facts: SuitFacts, found: _Found) -> None:
    """Code monétaire et financier, art. L131-73."""
    if facts.nature != "cheque":
        found.bar("not_a_cheque")
        return
    name = ("procedures", "cheque_certificate_wait_days")
    wait = parameters.whole(*name, parameters.begun(*name, facts.as_of))
    due_on = facts.oldest_due_on
    if due_on is not None and due_on + timedelta(days=wait) > facts.as_of:
        found.bar("cheque_wait")
    found.task("ask_bank_certificate")


def _uncontested_commercial(facts: SuitFacts, found: _Found) -> None:
    """Code des procédures civiles d'exécution, art. L126-1: enacted, its decree still missing."""
    if not _uncontested_in_force(facts):
        found.bar("not_in_force")
    if court_kind(facts) not in _BETWEEN_TRADERS:
        found.bar("not_between_traders")


def _uncontested_in_force(facts: SuitFacts) -> bool:
    name = ("procedures", "uncontested_commercial_available")
    return parameters.holds(*name, facts.as_of) and parameters.flag(*name, facts.as_of)


def _enforcement(facts: SuitFacts, found: _Found) -> None:
    """Code des procédures civiles d'exécution, art. L111-2 to L111-4; CPC, art. 503 and 1422."""
    if not facts.has_title:
        found.bar("no_title", "obtain_title")
    elif not facts.is_enforceable:
        found.bar("not_enforceable_yet", "serve_and_wait")


def _cap(facts: SuitFacts, found: _Found, name: str, *, with_interest: bool = False) -> None:
    claimed = facts.claimed if with_interest else facts.amount
    started = parameters.history("thresholds", name)[0].from_on
    if facts.as_of < started:
        found.bar("not_in_force")
    elif claimed > parameters.number("thresholds", name, facts.as_of):
        found.bar("amount_above_cap")


def _across_borders(facts: SuitFacts, found: _Found) -> None:
    """One of them lives in a State of the Union that is not the court's, the debtor's."""
    if facts.country not in EUROPEAN_STATES:
        found.bar("outside_eu_rules")
    elif facts.country == facts.creditor_country:
        found.bar("not_cross_border")
    elif facts.country == "FR" and facts.creditor_country not in EUROPEAN_STATES:
        found.bar("outside_eu_rules")


_OWN: Mapping[str, Callable[[SuitFacts, _Found], None]] = {
    "payment_order": _at_home,
    "small_claim": _small_claim,
    "summary": _at_home,
    "merits": _at_home,
    "tj_request": _tj_request,
    "european_order": _european_order,
    "european_small_claim": _european_small_claim,
    "cheque_certificate": _cheque_certificate,
    "uncontested_commercial": _uncontested_commercial,
    "enforcement": _enforcement,
}
