"""The gates of a suit: what must hold before anybody weighs it, each passed or failed with a task.

A gate that fails closes some courses (``bars``), or leaves something to do before filing
(``asks``). Codes have words in ``law/words.yaml``. Not legal advice: a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from law import parameters
from law.conduct import PERSON_SIGNS_FOR
from law.costs import CONTRIBUTING, tae_contribution
from law.courts import is_civil_court, lawyer_required
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

_SUITS = frozenset(SUITS)
_IN_COURT = _SUITS | {"enforcement"}
_ASKING = frozenset({"amicable", "plan", "agency"})
_NONE: frozenset[str] = frozenset()

#: What stands in the way and a task can lift: notices, attempts, proofs, consents, names.
LIFTABLE = (
    "formal_notice_missing",
    "formal_notice_running",
    "amicable_attempt_missing",
    "unproven",
    "dates_unknown",
    "identity_unknown",
    "address_unknown",
    "insurer_not_asked",
    "claim_assigned",
)


class Gate(NamedTuple):
    """One gate of a suit.

    ``reason`` says why it holds, or what stands in the way; ``task`` what would lift that.
    ``bars``: courses closed while it fails; ``asks``: courses for which the task is to be done.
    """

    code: str
    passed: bool
    reason: str
    task: str | None = None
    bars: frozenset[str] = _NONE
    asks: frozenset[str] = _NONE


def checklist(facts: SuitFacts) -> tuple[Gate, ...]:
    """Every gate of a suit, in the order of ``GATES``.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> failed = [gate for gate in checklist(SuitFacts(Decimal(400), date(2026, 11, 21)))
    ...           if not gate.passed]
    >>> [gate.code for gate in failed][:3], failed[0].reason, failed[0].task
    (['due', 'proof', 'formal_notice'], 'dates_unknown', 'state_due_dates')
    """
    return tuple(gate(facts) for gate in _GATES.values())


def bearing(gates: Iterable[Gate]) -> tuple[Gate, ...]:
    """The gates that still bear on something: not those of a suit that can be brought no more.

    With a title, a suit under way or one lost, nobody needs a formal notice or a lawyer to sue.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> day = date(2026, 11, 26)
    >>> titled = SuitFacts(Decimal(40000), day, debtor_kind="company", has_title=True)
    >>> [gate.code for gate in bearing(checklist(titled)) if not gate.passed]
    ['no_other_suit', 'approval']
    """
    told = tuple(gates)
    if all(gate.passed for gate in told if gate.code == "no_other_suit"):
        return told
    return tuple(
        gate
        for gate in told
        if gate.passed or gate.code == "no_other_suit" or not gate.bars | gate.asks <= _SUITS
    )


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


def _passes(code: str, reason: str) -> Gate:
    return Gate(code, True, reason)


def _closes(code: str, reason: str, task: str | None, courses: frozenset[str]) -> Gate:
    return Gate(code, False, reason, task, courses, courses)


def _asks(code: str, reason: str, task: str, courses: frozenset[str] = _SUITS) -> Gate:
    return Gate(code, False, reason, task, _NONE, courses)


def _certain(facts: SuitFacts) -> Gate:
    """Code de procédure civile, art. 1405; Code des procédures civiles d'exécution, art. L125-1."""
    if facts.nature == "tort":
        by_contract = frozenset(
            {"payment_order", "small_claim", "european_order", "uncontested_commercial"}
        )
        return _closes("certain", "tort_claim", "sue_on_merits", by_contract)
    return _passes("certain", "contractual")


def _liquid(facts: SuitFacts) -> Gate:
    if facts.amount <= 0:
        return _closes("liquid", "amount_nil", "check_amount", _IN_COURT | _ASKING)
    return _passes("liquid", "amount_known")


def _due(facts: SuitFacts) -> Gate:
    if facts.oldest_due_on is None:
        return _closes("due", "dates_unknown", "state_due_dates", _SUITS)
    if facts.oldest_due_on >= facts.as_of:
        return _closes("due", "not_due", "wait_until_due", _SUITS)
    return _passes("due", "due_date_passed")


def _limitation(facts: SuitFacts) -> Gate:
    if facts.time_barred:
        # No agency is sent after what nobody may sue for: a rule of prudence.
        closed = _IN_COURT | {"agency"}
        # The months of a cheque are short; what it was to pay keeps a period of its own.
        task = "check_underlying" if facts.nature == "cheque" else "check_limitation"
        return _closes("limitation", "time_barred", task, closed)
    return _passes("limitation", "period_running")


def _no_other_suit(facts: SuitFacts) -> Gate:
    """Code civil, art. 1355: what was judged is not brought again.

    While a judge has the claim, or an order or title still waits to be enforced, no agency is sent
    beside him: a rule of prudence.
    """
    if facts.was_lost:
        # Who asks on is told by the debtor that a judge said there is nothing to ask for.
        return _closes("no_other_suit", "judged_lost", "check_appeal", _IN_COURT | _ASKING)
    if facts.has_title and facts.is_unenforceable:
        closed, told = _IN_COURT, _IN_COURT | {"write_off"}
        found = ("nothing_to_seize", "ask_irrecoverability")
        return Gate("no_other_suit", False, *found, closed, told)
    beside = _SUITS | {"agency"}
    if facts.has_title:
        closed = _SUITS if facts.is_enforceable else beside
        return _closes("no_other_suit", "title_obtained", "enforce_title", closed)
    if facts.in_court:
        return _closes("no_other_suit", "already_in_court", "follow_suit", beside)
    return _passes("no_other_suit", "no_suit_yet")


def _proof(facts: SuitFacts) -> Gate:
    """Code civil, art. 1353; for an interim payment, Code de procédure civile, art. 835 and 873."""
    if facts.is_documented:
        return _passes("proof", "documented")
    return Gate("proof", False, "unproven", "gather_documents", frozenset({"summary"}), _SUITS)


def _formal_notice(facts: SuitFacts) -> Gate:
    """Code civil, art. 1231 and 1344; before every suit by a rule of this product."""
    expires_on = facts.formal_notice_expires_on
    if facts.formal_notice_on is None:
        return _closes("formal_notice", "formal_notice_missing", "send_formal_notice", _SUITS)
    if expires_on is None or expires_on > facts.as_of:
        return _closes("formal_notice", "formal_notice_running", "wait_formal_notice", _SUITS)
    return _passes("formal_notice", "formal_notice_over")


def _amicable_attempt(facts: SuitFacts) -> Gate:
    """Code de procédure civile, art. 54, 750-1; elsewhere prudence: it is shown that one asked."""
    attempted = facts.amicable_attempt_on
    if attempted is not None and attempted <= facts.as_of:
        return _passes("amicable_attempt", "attempt_made")
    if amicable_attempt_required(facts):
        adversarial = frozenset({"summary", "merits", "tj_request"})
        reason, task = "amicable_attempt_missing", "try_conciliation"
        return _closes("amicable_attempt", reason, task, adversarial)
    if not facts.was_chased and facts.formal_notice_on is None:
        return _asks("amicable_attempt", "never_asked", "ask_amicably")
    return _passes("amicable_attempt", "attempt_not_required")


def _identity(facts: SuitFacts) -> Gate:
    if not facts.is_identified:
        return _closes("identity", "identity_unknown", "identify_debtor", _IN_COURT)
    return _passes("identity", "identity_known")


def _address(facts: SuitFacts) -> Gate:
    if not facts.address_known:
        return _closes("address", "address_unknown", "find_address", _IN_COURT)
    return _passes("address", "address_known")


def _insolvency(facts: SuitFacts) -> Gate:
    """Code de commerce, art. L622-21, L622-24, L622-26; Code de la consommation, art. L722-2."""
    closed = _IN_COURT | _ASKING
    told = closed | {"write_off"}
    if facts.insolvency == "over_indebtedness":
        return Gate("insolvency", False, "over_indebted", "answer_commission", closed, told)
    if facts.insolvency is not None:
        task = "declaring_over" if facts.declaring_is_over else "declare_claim"
        task = "follow_proceedings" if facts.is_declared else task
        return Gate("insolvency", False, "debtor_insolvent", task, closed, told)
    return _passes("insolvency", "no_proceedings")


def _dispute(facts: SuitFacts) -> Gate:
    """Code de procédure civile, art. 835 and 873; Code des procédures d'exécution, art. L126-1.

    Nobody sues for what he found justified himself before a credit note or a repair (Code civil,
    art. 1219): the claim is not certain as long as that is open.
    """
    if facts.has_founded_dispute:
        return _closes("dispute", "dispute_founded", "remedy_dispute", _SUITS | {"agency"})
    if not facts.has_serious_dispute:
        return _passes("dispute", "no_dispute")
    closed = frozenset({"summary", "uncontested_commercial"})
    opposable = closed | {"payment_order", "merits", "tj_request", "small_claim"}
    return Gate("dispute", False, "serious_dispute", "answer_dispute", closed, opposable)


def _debtor_kind(facts: SuitFacts) -> Gate:
    """Public bodies answer to the administrative judge: no civil suit, no seizure (CGPPP L2311-1).

    Their debts lapse by calendar years (loi 68-1250, to verify).
    """
    if facts.debtor_kind == "public":
        return _closes("debtor_kind", "public_debtor", "public_route", _IN_COURT)
    if facts.debtor_kind == "sole_trader" and facts.is_trader is None:
        return _asks("debtor_kind", "trader_unknown", "check_trader")
    return _passes("debtor_kind", "private_debtor")


def _assignment(facts: SuitFacts) -> Gate:
    if not facts.assigned:
        return _passes("assignment", "not_assigned")
    if facts.assignee_agrees:
        return _passes("assignment", "assignee_agreed")
    # Whoever owns the claim says who asks for it.
    return _closes("assignment", "claim_assigned", "ask_assignee", _IN_COURT | {"agency"})


def _insurance(facts: SuitFacts) -> Gate:
    """A suit without the insurer's consent may cost the cover: a rule of prudence."""
    if not facts.insured:
        return _passes("insurance", "not_insured")
    if facts.insurer_agrees:
        return _passes("insurance", "insurer_agreed")
    asked = _IN_COURT | {"agency"}
    return Gate("insurance", False, "insurer_not_asked", "ask_insurer", _SUITS, asked)


def _lawyer(facts: SuitFacts) -> Gate:
    """Code de procédure civile, art. 35 to 37, 760, 761, 853."""
    bound = frozenset(each for each in ("summary", "merits") if lawyer_required(each, facts))
    if bound:
        alone = replace(facts, interest=Decimal(0))
        by_both = not any(lawyer_required(each, alone) for each in bound)
        reason = "lawyer_by_accessories" if by_both else "lawyer_needed"
        return _asks("lawyer", reason, "instruct_lawyer", bound)
    return _passes("lawyer", "lawyer_optional")


def _contribution(facts: SuitFacts) -> Gate:
    """Loi 2023-1059, art. 27; décret 2024-1225: unpaid, the suit is inadmissible."""
    due = tae_contribution(facts).due
    if due is None:
        return _asks("contribution", "contribution_unsure", "check_tae", CONTRIBUTING)
    if due:
        return _asks("contribution", "contribution_due", "pay_contribution", CONTRIBUTING)
    return _passes("contribution", "no_contribution")


def _approval(facts: SuitFacts) -> Gate:
    """GDPR, art. 22; loi 71-1130, art. 54: software shows, a person decides and signs."""
    if facts.approved is False:
        return _closes("approval", "suit_refused", "review_refusal", _IN_COURT)
    if facts.approved:
        return _passes("approval", "suit_approved")
    natural = facts.debtor_kind in PERSON_SIGNS_FOR
    task = "person_signs" if natural else "approve_suit"
    return _asks("approval", "approval_missing", task, _IN_COURT)


_GATES: dict[str, Callable[[SuitFacts], Gate]] = {
    "certain": _certain,
    "liquid": _liquid,
    "due": _due,
    "limitation": _limitation,
    "no_other_suit": _no_other_suit,
    "proof": _proof,
    "formal_notice": _formal_notice,
    "amicable_attempt": _amicable_attempt,
    "identity": _identity,
    "address": _address,
    "insolvency": _insolvency,
    "dispute": _dispute,
    "debtor_kind": _debtor_kind,
    "assignment": _assignment,
    "insurance": _insurance,
    "lawyer": _lawyer,
    "contribution": _contribution,
    "approval": _approval,
}
#: Codes of the gates, in the order in which they are shown.
GATES = tuple(_GATES)
