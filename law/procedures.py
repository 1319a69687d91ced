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
from law.conduct import PERSON_SIGNS_FOR
from law.costs import CONTRIBUTING, tae_contribution
from law.courts import court_kind, is_civil_court, lawyer_required
from law.facts import SuitFacts

#: Courses that begin a suit: a formal notice must have run out first (a rule of this product).
SUITS = (
    "payment_order",
    "small_claim",
    "summary",
    "merits",
    "tj_request",
    "european_order",
    "european_small_claim",
    "cheque_certificate",
    "uncontested_commercial",
)
OUT_OF_COURT = ("amicable", "plan", "agency", "write_off")
COURSES = (*SUITS, "enforcement", *OUT_OF_COURT)

#: States bound by the European payment order and small claims regulations: all but Denmark.
EUROPEAN_STATES = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
        *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)


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


def gates(course: str, facts: SuitFacts) -> Gates:
    """Admissibility of a course; ``ValueError`` for a course that the contract does not list.

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
    if course == "write_off":
        if facts.recovers_vat and not facts.vat_on_receipts and facts.vat_amount > 0:
            found.task("rectified_invoice")
    elif course in OUT_OF_COURT:
        _out_of_court(course, facts, found)
    else:
        _common(course, facts, found)
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


def enforceable_on(order_on: date, served_on: date) -> date:
    """First day on which an unopposed payment order may be enforced.

    The day of the order decides which wait holds, the day of service when it begins.

    Source: Code de procédure civile, art. 1422; décret 2026-96.

    >>> enforceable_on(date(2026, 9, 1), date(2026, 9, 20))
    datetime.date(2026, 11, 20)
    """
    name = ("payment_order", "enforcement_wait_months_after_service")
    months = parameters.whole(*name, parameters.begun(*name, order_on))
    return served_on + relativedelta(months=months)


def opposition_until(served_on: date) -> date:
    """Last day to oppose a payment order served on the person, in metropolitan France.

    Served otherwise, the time ends one month after the first act served on the person or the
    first measure on assets. One month more overseas, two abroad.

    Source: Code de procédure civile, art. 643, 1416.
    """
    months = parameters.whole("payment_order", "opposition_months", served_on)
    return served_on + relativedelta(months=months)


def amicable_attempt_required(facts: SuitFacts) -> bool:
    """Whether art. 750-1 asks for conciliation, mediation or a participative procedure first.

    Only before the tribunal judiciaire, only on days on which the article stood; reckoned on
    the day of the suit. Reminders and a formal notice do not satisfy it.

    Source: Code de procédure civile, art. 750-1; Conseil d'État, 22 September 2022, n° 436939.
    """
    name = ("thresholds", "mandatory_amicable_attempt_max_claim")
    if not is_civil_court(facts) or not parameters.holds(*name, facts.as_of):
        return False
    return facts.amount <= parameters.number(*name, facts.as_of)


def _common(course: str, facts: SuitFacts, found: _Found) -> None:
    """Gates of every suit and of enforcement."""
    if facts.debtor_kind == "public":
        found.bar("public_debtor", "public_route")
    if facts.amount <= 0:
        found.bar("amount_nil")
    if facts.insolvency == "over_indebtedness":
        found.bar("over_indebted", "answer_commission")
    elif facts.insolvency is not None:
        found.bar("debtor_insolvent", "declare_claim")
    if facts.time_barred:
        found.bar("time_barred", "check_limitation")
    if not facts.is_identified:
        found.bar("identity_unknown", "identify_debtor")
    if not facts.address_known:
        found.bar("address_unknown", "find_address")
    if facts.assigned:
        found.bar("claim_assigned", "ask_assignee")
    if course in SUITS:
        _before_suing(course, facts, found)
    if facts.insured:
        found.task("ask_insurer")
    if facts.debtor_kind in PERSON_SIGNS_FOR:
        found.task("person_signs")


def _before_suing(course: str, facts: SuitFacts, found: _Found) -> None:
    """Not before a court already; due, asked for in form, and shown."""
    if facts.has_title:
        found.bar("title_obtained", "enforce_title")
    elif facts.in_court:
        found.bar("already_in_court", "follow_suit")
    if facts.oldest_due_on is None:
        found.bar("dates_unknown", "state_due_dates")
    elif facts.oldest_due_on >= facts.as_of:
        found.bar("not_due", "wait_until_due")
    if facts.formal_notice_on is None:
        found.bar("formal_notice_missing", "send_formal_notice")
    elif not _run_out(facts):
        found.bar("formal_notice_running", "wait_formal_notice")
    if not facts.is_documented:
        found.task("gather_documents")
    if facts.debtor_kind == "sole_trader" and facts.is_trader is None:
        found.task("check_trader")
    if lawyer_required(course, facts):
        found.task("instruct_lawyer")
    if course in CONTRIBUTING and tae_contribution(facts).due is None:
        found.task("check_tae")


def _run_out(facts: SuitFacts) -> bool:
    expires_on = facts.formal_notice_expires_on
    return expires_on is not None and expires_on <= facts.as_of


def _out_of_court(course: str, facts: SuitFacts, found: _Found) -> None:
    if facts.amount <= 0:
        found.bar("amount_nil")
    if facts.insolvency == "over_indebtedness":
        found.bar("over_indebted", "answer_commission")
    elif facts.insolvency is not None:
        found.bar("debtor_insolvent", "declare_claim")
    if facts.time_barred:
        found.task("no_threat")
    if course == "agency":
        found.task("written_mandate")
        if facts.insured:
            found.task("ask_insurer")


def _payment_order(facts: SuitFacts, found: _Found) -> None:
    """Code de procédure civile, art. 1405 and 1406."""
    if facts.nature == "tort":
        found.bar("tort_claim")
    if facts.country != "FR":
        found.bar("debtor_abroad", "use_european_order")
    if facts.has_serious_dispute:
        found.task("answer_dispute")


def _small_claim(facts: SuitFacts, found: _Found) -> None:
    """Code des procédures civiles d'exécution, art. L125-1 and R125-1."""
    _cap(facts, found, "small_claims_procedure_max", with_interest=True)
    if facts.nature == "tort":
        found.bar("tort_claim")
    if facts.country != "FR":
        found.bar("debtor_abroad", "use_european_order")
    found.task("choose_officer")


def _summary(facts: SuitFacts, found: _Found) -> None:
    """Code de procédure civile, art. 835 and 873: not seriously disputable; urgency not needed."""
    if facts.has_serious_dispute:
        found.bar("serious_dispute", "answer_dispute")
    if facts.has_order is False and not facts.is_documented:
        found.bar("unproven", "gather_documents")
    if facts.country != "FR":
        found.bar("debtor_abroad", "use_european_order")
    _attempt(facts, found)


def _merits(facts: SuitFacts, found: _Found) -> None:
    """Code de procédure civile, art. 54 to 56, 750 to 760, 853 to 857."""
    if facts.country != "FR":
        found.bar("debtor_abroad", "use_european_order")
    _attempt(facts, found)


def _tj_request(facts: SuitFacts, found: _Found) -> None:
    """Code de procédure civile, art. 756 to 758, 818."""
    if facts.country != "FR":
        found.bar("debtor_abroad", "use_european_order")
    elif court_kind(facts) == "commercial":
        found.bar("commercial_matter")
    _cap(facts, found, "tj_request_max")
    _attempt(facts, found)


def _european_order(facts: SuitFacts, found: _Found) -> None:
    """Regulation (EC) 1896/2006."""
    _across_borders(facts, found)
    if facts.nature == "tort":
        found.bar("tort_claim")


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
    name = ("procedures", "uncontested_commercial_available")
    if not parameters.holds(*name, facts.as_of) or not parameters.flag(*name, facts.as_of):
        found.bar("not_in_force")
    if court_kind(facts) not in ("commercial", "commercial_chamber"):
        found.bar("not_between_traders")
    if facts.has_serious_dispute:
        found.bar("serious_dispute", "answer_dispute")


def _enforcement(facts: SuitFacts, found: _Found) -> None:
    """Code des procédures civiles d'exécution, art. L111-2 to L111-4."""
    if not facts.has_title:
        found.bar("no_title", "obtain_title")


def _attempt(facts: SuitFacts, found: _Found) -> None:
    attempted = facts.amicable_attempt_on
    if amicable_attempt_required(facts) and (attempted is None or attempted > facts.as_of):
        found.bar("amicable_attempt_missing", "try_conciliation")


def _cap(facts: SuitFacts, found: _Found, name: str, *, with_interest: bool = False) -> None:
    claimed = facts.amount + (facts.interest if with_interest else 0)
    started = parameters.history("thresholds", name)[0].from_on
    if facts.as_of < started:
        found.bar("not_in_force")
    elif claimed > parameters.number("thresholds", name, facts.as_of):
        found.bar("amount_above_cap")


def _across_borders(facts: SuitFacts, found: _Found) -> None:
    if facts.country == "FR":
        found.bar("not_cross_border")
    elif facts.country not in EUROPEAN_STATES:
        found.bar("outside_eu_rules")


_OWN: Mapping[str, Callable[[SuitFacts, _Found], None]] = {
    "payment_order": _payment_order,
    "small_claim": _small_claim,
    "summary": _summary,
    "merits": _merits,
    "tj_request": _tj_request,
    "european_order": _european_order,
    "european_small_claim": _european_small_claim,
    "cheque_certificate": _cheque_certificate,
    "uncontested_commercial": _uncontested_commercial,
    "enforcement": _enforcement,
}
