"""Ways out of a claim that nobody expects to be paid: what each costs, and the VAT it brings back.

By law the VAT comes back in liquidation, or once the claim is irrecoverable for good: a failed
enforcement that an officer certifies proves it, lateness or an agency's word does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from law import costs, parameters
from law.costs import officer_act, vat_factor
from law.facts import SuitFacts
from law.terms import course_terms


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out; words: ``exits`` of ``law/words.yaml``. Amounts in EUR, to the cent.

    ``cost``: laid out first, net of the VAT recovered on it; ``back``: VAT and dividend if it
    succeeds; ``chance`` that it does; ``net``: what it is worth on average.
    """

    code: str
    cost: Decimal
    back: Decimal
    chance: Decimal
    net: Decimal


def exits(facts: SuitFacts, by: Mapping[str, Any]) -> tuple[Exit, ...]:
    """Ways out of a suit's claims as they stand, the best first.

    ``by``: the assumptions of this room (``assumptions.yaml``). Nothing where no VAT can come
    back: it falls due on receipt of the price, or there is none.
    """
    if not facts.recovers_vat or facts.vat_on_receipts or facts.vat_amount <= 0:
        return ()
    vat, failed = facts.vat_amount, Decimal(str(by["vat_relief_after_enforcement"]))
    found = [_exit("drop", Decimal(0), vat, Decimal(str(by["vat_relief_now"])))]
    if facts.insolvency == "liquidation":
        name = ("statistics", "insolvency_dividend")
        dividend = parameters.spread(*name, parameters.begun(*name, facts.as_of)).central
        back = vat + facts.amount * dividend
        return (_exit("liquidation", Decimal(0), back, Decimal(1)),)
    if facts.insolvency is None and facts.is_unenforceable:
        found = [_exit("failed", Decimal(0), vat, failed)]
    elif facts.insolvency is None and facts.has_title:
        found.append(_exit("certify", _record(facts), vat, failed))
    elif facts.insolvency is None and facts.country == "FR" and facts.debtor_kind != "public":
        terms = course_terms("payment_order", facts)
        paid = terms.advance_cost.central + costs.total(costs.enforcement_outlays(facts)).central
        titled = terms.p_granted.central * (1 - terms.p_opposed.central)
        found.append(_exit("title_first", paid + _record(facts), vat, titled * failed))
    return tuple(sorted(found, key=lambda each: -each.net))


def mention(net: Decimal, vat: Decimal) -> str:
    """What a rectified invoice must say, to the letter (CGI 272-1, BOI-TVA-DED-40-10-20).

    >>> mention(Decimal("1000.00"), Decimal("200.00"))[:58]
    'Facture demeurée impayée pour la somme de 1000,00 € (prix '
    """
    told = [f"{each:.2f}".replace(".", ",") for each in (net, vat)]
    return (
        f"Facture demeurée impayée pour la somme de {told[0]} € (prix net) et pour la somme de"
        f" {told[1]} € (TVA correspondante) qui ne peut faire l'objet d'une déduction"
        " (art. 272 du CGI)"
    )


def _record(facts: SuitFacts) -> Decimal:
    """An officer's record of nothing to seize (C. com. A444-10 ff.)."""
    price = officer_act("record_of_nothing_to_seize", facts.amount, facts.as_of)
    return price * vat_factor(facts)


def _exit(code: str, cost: Decimal, back: Decimal, chance: Decimal) -> Exit:
    cents = Decimal("0.01")
    return Exit(
        code,
        cost.quantize(cents, ROUND_HALF_UP),
        back.quantize(cents, ROUND_HALF_UP),
        chance,
        (chance * back - cost).quantize(cents, ROUND_HALF_UP),
    )
