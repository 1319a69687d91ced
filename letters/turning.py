"""What would change an advice about a suit: conditions, doubt, or two figures with their limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from data_schema import word as code_word
from law.gates import Gate
from law.words import word as law_word
from letters.memo_words import euros, say, share

Row = Mapping[str, Any]

_MOST = 4
#: Gates that leave nothing else to do.
_HALTING = ("insolvency", "limitation", "debtor_kind", "no_other_suit")
#: Pivots that are told as a multiple of what is expected.
_MULTIPLES = ("share_collected", "costs")


def flips(row: Row, language: str) -> list[str]:
    """The two inputs that would turn the advice on a course, each with the value that does.

    They are the published pivots; for a day of a version before them, the amount and the cost:
    the expected net falls by a euro with each euro of cost, and its sign turns at the break-even
    amount. Everything else is equal.
    """
    pivots = [told for number in ("1", "2") if (told := _pivot(row, number, language))]
    if len(pivots) == 2:
        return pivots
    if not pivots and "pivot_1" in row and row["admissible"]:
        return [say("robust", language, "flips")]
    if row["expected_net"] is None or row["cost"] is None:
        return pivots
    return [*pivots, _by_amount(row, language), _by_cost(row, language)][:2]


def _by_amount(row: Row, language: str) -> str:
    limit = row["break_even_amount"]
    if limit is None:
        return say("amount_none", language, "flips")
    # Of a title for a part, what it carries; a day of an earlier version does not tell it.
    titled = row.get("titled_amount")
    weighed = row["suit_amount"] if titled is None else titled
    return say("amount", language, "flips").format(
        limit=euros(limit, language), now=euros(weighed, language)
    )


def _by_cost(row: Row, language: str) -> str:
    net, cost = row["expected_net"], row["cost"]
    name = "cost_up" if net > 0 else "cost_down" if cost + net > 0 else "cost_none"
    return say(name, language, "flips").format(
        limit=euros(cost + net, language), now=euros(cost, language)
    )


def _pivot(row: Row, number: str, language: str) -> str | None:
    """One published pivot: a probability, a multiple of what is expected, or euros."""
    name, at = row.get(f"pivot_{number}"), row.get(f"pivot_{number}_at")
    if not name or at is None or at != at:  # NaN differs from itself
        return None
    here = ""
    if name in _MULTIPLES:
        times = f"{at:.2f}".replace(".", "," if language == "fr" else ".")
        limit = say("times", language, "flips").format(times=times)
        here = euros(row["cost"], language) if name == "costs" else ""
    elif name == "amicable":
        limit = euros(Decimal(str(round(at, 2))), language)
    else:
        limit = share(at, language)
        here = share(row["p_collect"], language) if name == "p_collect" else ""
    told = code_word("suit_input", name, language)
    now = say("now", language, "flips").format(now=here) if here else ""
    return say("pivot", language, "flips").format(
        input=told[:1].upper() + told[1:], limit=limit, now=now
    )


def turning(studied: Row | None, advised: Row, gates: Sequence[Gate], language: str) -> list[str]:
    """What would turn the advice: conditions of a closed course, doubt, or two figures."""
    if studied is None:
        # In insolvency nothing else may be asked of the debtor.
        barring = [gate for gate in gates if gate.bars and gate.task]
        halted = [gate for gate in barring if gate.code in _HALTING]
        return _conditions(halted or barring, language)
    if not studied["admissible"]:
        barring = [gate for gate in gates if studied["course"] in gate.bars and gate.task]
        return _conditions(barring, language) + flips(studied, language)
    net = studied["expected_net"]
    if advised is not studied and net is not None and net > 0:
        risk = share(studied["p_loss"], language)
        return [say("doubt", language, "flips").format(share=risk)]
    return flips(studied, language)


def _conditions(gates: Sequence[Gate], language: str) -> list[str]:
    tasks = [law_word("tasks", gate.task, language) for gate in gates if gate.task]
    phrase = say("condition", language, "flips")
    return [phrase.format(task=task) for task in tasks[:_MOST]]
