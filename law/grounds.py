"""Where each figure and each gate of a suit comes from: the dated record, the rows it reads."""

from __future__ import annotations

from law import parameters
from law.facts import SuitFacts
from law.limitation import limitation_period, regime
from law.parameters import Record

#: Of each gate the parameters that found it, as subject and name; the period of a claim is its own.
_FOUNDED: dict[str, tuple[tuple[str, str], ...]] = {
    "certain": (("gates", "claim_in_contract"),),
    "liquid": (("gates", "claim_liquid_and_due"),),
    "due": (("gates", "claim_liquid_and_due"),),
    "limitation": (),
    "no_other_suit": (("procedures", "judged_rest_is_final"),),
    "proof": (("gates", "proof_by_claimant"),),
    "formal_notice": (("gates", "notice_before_suit"),),
    "amicable_attempt": (("thresholds", "mandatory_amicable_attempt_max_claim"),),
    "identity": (("gates", "debtor_named"),),
    "address": (("gates", "debtor_named"),),
    "insolvency": (("insolvency", "individual_suits_halted"),),
    "dispute": (("gates", "no_serious_dispute"), ("gates", "founded_dispute_first")),
    "debtor_kind": (("gates", "public_body_not_seized"),),
    "assignment": (("gates", "assignee_sues"),),
    "insurance": (("gates", "insurer_asked"),),
    "lawyer": (("thresholds", "lawyer_optional_max_claim"),),
    "contribution": (("court_fees", "tae_min_claims"),),
    "approval": (("gates", "person_decides"),),
}
#: Of each gate what it reads of the ledger, table and column; of the journal what people said.
READS: dict[str, tuple[str, ...]] = {
    "certain": ("claims.nature",),
    "liquid": ("claims.amount", "payments.amount", "legal_steps.amount"),
    "due": ("claims.due_on", "claims.date_basis"),
    "limitation": ("claims.due_on", "claims.performed_on", "payments.paid_on", "legal_steps.on"),
    "no_other_suit": ("legal_steps.step",),
    "proof": ("claims.has_order", "claims.has_delivery_proof", "documents.kind"),
    "formal_notice": ("actions.stage", "actions.received_on"),
    "amicable_attempt": ("facts.amicable_attempt", "actions.partner_id", "journal.answer"),
    "identity": ("debtors.kind", "debtors.siren"),
    "address": ("debtors.address", "debtors.postcode", "debtors.siren"),
    "insolvency": ("insolvencies.kind", "insolvencies.published_on"),
    "dispute": ("disputes.opened_on", "disputes.closed_on", "disputes.founded"),
    "debtor_kind": ("debtors.kind", "debtors.is_trader"),
    "assignment": ("claims.assigned_to", "facts.assignee_consent", "journal.answer"),
    "insurance": ("claims.insured_by", "facts.insurer_consent", "journal.answer"),
    "lawyer": ("claims.amount", "debtors.kind"),
    "contribution": ("claims.amount", "creditors.headcount", "creditors.turnover"),
    "approval": ("journal.approve_suit", "journal.refuse_suit"),
}


def of_gate(code: str, facts: SuitFacts) -> tuple[Record, ...]:
    """The dated records that found a gate, as they stand on the day of the facts.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> facts = SuitFacts(Decimal(400), date(2026, 11, 21), debtor_kind="company")
    >>> [each.article for each in of_gate("limitation", facts)]
    ['art. L110-4 I C. com.; art. 2224 C. civ.']
    """
    if code == "limitation":
        found = limitation_period(
            regime(facts.debtor_kind, facts.creditor_kind or "company"), facts.nature, facts.as_of
        )
        return () if found is None else (found[1],)
    return tuple(_standing(*name, facts) for name in _FOUNDED[code])


def _standing(subject: str, name: str, facts: SuitFacts) -> Record:
    return parameters.record(subject, name, parameters.begun(subject, name, facts.as_of))
