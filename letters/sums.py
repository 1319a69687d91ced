"""What a message asks for: which claims, which parts, which total; the law's rates behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from law import parameters
from law.interest import penalty_rate
from law.rows import change_days
from letters.facts import CHASING, Claim, Request

_NAMES = [("late_payment", "ecb_rate"), ("interest", "professional")]


@dataclass(frozen=True, slots=True)
class Asked:
    """One claim as the message states it."""

    claim: Claim
    principal: Decimal
    penalties: Decimal
    interest: Decimal
    indemnity: Decimal

    @property
    def total(self) -> Decimal:
        """Principal and what it has borne."""
        return self.principal + self.penalties + self.interest + self.indemnity


def asked(request: Request) -> list[Asked]:
    """Claims that the message speaks of, oldest first, with what it asks for each.

    A chase leaves out what is not due yet, contested, promised or under a plan. What a claim
    bears is asked only where the whole claim may be chased: penalties run on all that is open.
    A helpful tone asks the principal alone; nothing is waived by that.
    """
    chases = request.action in CHASING
    chosen = [
        claim
        for claim in request.claims
        if not chases
        or (claim.asked > 0 and (claim.days_overdue is None or claim.days_overdue > 0))
    ]
    if request.action in ("ask_written_dispute", "resolve_dispute", "answer_dispute"):
        chosen = [claim for claim in chosen if claim.disputed > 0 or claim.disputed_on] or chosen
    ordered = sorted(chosen, key=lambda claim: (claim.due_on is None, claim.due_on, claim.claim_id))
    return [_asked(claim, bears=chases and request.tone != "helpful") for claim in ordered]


def _asked(claim: Claim, *, bears: bool) -> Asked:
    if bears and claim.asked == claim.open_amount:
        borne = (claim.penalties, claim.interest, claim.indemnity)
    else:
        borne = (Decimal(0), Decimal(0), Decimal(0))
    return Asked(claim, claim.asked if bears or claim.asked else claim.open_amount, *borne)


def totals(lines: list[Asked]) -> dict[str, Decimal]:
    """Total by currency, in order of the lines; different currencies are never added."""
    found: dict[str, Decimal] = {}
    for line in lines:
        found[line.claim.currency] = found.get(line.claim.currency, Decimal(0)) + line.total
    return found


def rates(lines: list[Asked], request: Request) -> list[Decimal]:
    """Yearly penalty rates that made the penalties asked, in order of time.

    Source: Code de commerce, art. L441-10 II; Code de la commande publique, art. R2192-31.
    """
    public = request.debtor.kind == "public"
    found: dict[Decimal, None] = {}
    for line in lines:
        claim = line.claim
        if not line.penalties or claim.due_on is None:
            continue
        first = max(claim.due_on + timedelta(days=1), change_days(_NAMES, request.as_of)[0])
        changes = [day for day in change_days(_NAMES, request.as_of) if day > first]
        for day in [first, *changes]:
            found[penalty_rate(day, claim.penalty_rate, public=public)] = None
    return list(found)


def rate_now(lines: list[Asked], request: Request) -> Decimal | None:
    """The penalty rate on the day of the message; None when its claims differ."""
    public = request.debtor.kind == "public"
    found = {
        penalty_rate(request.as_of, line.claim.penalty_rate, public=public)
        for line in lines
        if line.penalties
    }
    return found.pop() if len(found) == 1 else None


def days_of(name: str, request: Request) -> int:
    """A number of days that the house's rules of conduct give, on the day of the message."""
    first = parameters.history("conduct", name)[0].from_on
    return parameters.whole("conduct", name, max(request.as_of, first))
