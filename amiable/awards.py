"""What the title of a suit carries, and what becomes of what was not granted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from law.french import term
from law.procedures import service_deadline
from law.remainders import Remainder, remainder
from law.titles import ORDERS, Standing, Title
from law.words import word
from letters.writing import money

if TYPE_CHECKING:
    from law.facts import SuitFacts

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Carried:
    """Sums of the decisions that stand, in EUR, of principal but for the last.

    ``claimed``: open on the day of each; ``granted``: of it; ``left``: of that, what payments
    since have left; ``accessories``: what the claims have borne, in the part granted.
    ``ahead``: an order still to be served; ``rests``: what was not granted, with its fate.
    ``untold``: for a part whose sum the ledger does not tell.
    """

    claimed: Decimal
    granted: Decimal
    left: Decimal
    accessories: Decimal
    ahead: bool
    rests: tuple[tuple[Remainder, Decimal], ...]
    untold: bool

    def of(self, facts: SuitFacts) -> SuitFacts:
        """The facts of the suit once only what was granted is at stake."""
        share = self.left / facts.amount if facts.amount else Decimal(0)
        return replace(
            facts,
            amount=self.left,
            interest=self.accessories,
            vat_amount=(facts.vat_amount * min(share, Decimal(1))).quantize(_CENT),
        )


def carried(rows: Sequence[Mapping[str, Any]], known: Standing) -> Carried | None:
    """What the decisions of a suit carry, or would once served; None where none stands.

    ``rows`` of ``sql/suit/titles``, in the order of the titles of ``known``.
    """
    stand = [
        (row, title)
        for row, title in zip(rows, known.titles, strict=True)
        if _stands(title, known) and row["claimed_eur"] > 0
    ]
    if not stand:
        return None
    rests: dict[Remainder, Decimal] = {}
    for row, title in stand:
        if row["granted_eur"] < row["claimed_eur"]:
            fate = remainder(title)
            rest = row["claimed_eur"] - row["granted_eur"]
            rests[fate] = rests.get(fate, Decimal(0)) + rest

    def total(name: str) -> Decimal:
        return sum((row[name] for row, _ in stand), Decimal(0))

    return Carried(
        claimed=total("claimed_eur"),
        granted=total("granted_eur"),
        left=total("carried_eur"),
        accessories=total("accessories_eur"),
        ahead=all(title.is_order and title.served_on is None for _, title in stand),
        rests=tuple(rests.items()),
        untold=any(row["is_untold"] for row, _ in stand),
    )


def told(found: Carried, language: str) -> Iterator[str]:
    """What is carried, and the fate of the rest with its article, a sentence each."""
    names = ("claimed", "granted", "left", "accessories")
    sums = {name: _eur(getattr(found, name), language) for name in names}
    sums["carried"] = sums.pop("left")
    yield word("awards", "would_carry" if found.ahead else "carries", language).format(**sums)
    if found.untold:
        yield word("awards", "untold", language)
    for fate, amount in found.rests:
        text = word("remainders", fate.code, language).format(amount=_eur(amount, language))
        yield f"{text} ({_article(fate, language)})" if fate.record else text


def summed(found: Carried | None) -> dict[str, Any] | None:
    """The same for another program."""
    if found is None:
        return None
    return {
        "claimed": float(found.claimed),
        "granted": float(found.granted),
        "left": float(found.left),
        "accessories": float(found.accessories),
        "rests": [
            {"code": fate.code, "amount": float(amount),
             "article": fate.record.article if fate.record else None,
             "to_verify": fate.record.verify if fate.record else True}
            for fate, amount in found.rests
        ],
    }  # fmt: skip


def _stands(title: Title, known: Standing) -> bool:
    """A title, or an order that may still be served; not one opposed, nor one that is void."""
    if title.is_contested:
        return False
    if title.is_order and title.served_on is None:
        return title.procedure != ORDERS[0] or service_deadline(title.given_on) >= known.as_of
    return True


def _article(fate: Remainder, language: str) -> str:
    assert fate.record is not None
    article = fate.record.article
    return term("articles", article) if language == "fr" else article


def _eur(amount: Decimal, language: str) -> str:
    return money(amount, "EUR", language)
