"""A person's word on a bank line: which claims it pays, how much of each, or none at all.

It is a journal entry of kind ``answer`` about a ``bank_line``. Its payload: ``question`` is
``bank_match``; ``answer`` is ``confirm`` or ``reject``; a confirmation says ``amounts``, an
object of claim and amount, or ``on_account``, an amount for ``debtor_id`` without a claim, or
both. Amounts are positive; a line that takes money back makes them negative.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

QUESTION = "bank_match"
SUBJECT = "bank_line"
ANSWERS = ("confirm", "reject")
MOST_CLAIMS = 200

_LIMIT = Decimal("1e12")


def is_match(kind: str, payload: Mapping[str, Any]) -> bool:
    """Whether an entry is about the match of a bank line."""
    return kind == "answer" and payload.get("question") == QUESTION


def shares(payload: Mapping[str, Any]) -> list[tuple[str | None, Decimal | None]]:
    """(claim, amount) of each claim paid; the claim is None for what goes on account.

    A rejection is one row without either.

    >>> shares({"answer": "confirm", "amounts": {"F1": "12.50"}, "on_account": "1"})
    [('F1', Decimal('12.50')), (None, Decimal('1'))]
    >>> shares({"answer": "reject"})
    [(None, None)]
    """
    if payload.get("answer") != "confirm":
        return [(None, None)]
    amounts: Mapping[str, Any] = payload.get("amounts") or {}
    told: list[tuple[str | None, Decimal | None]] = [
        (str(claim), Decimal(str(amount))) for claim, amount in amounts.items()
    ]
    if payload.get("on_account") not in (None, ""):
        told.append((None, Decimal(str(payload["on_account"]))))
    return told


def fault(subject_type: str, payload: Mapping[str, Any]) -> str | None:
    """What is wrong with a match, in half a sentence; None when nothing is.

    >>> fault("bank_line", {"answer": "confirm", "amounts": {"F1": "12.505"}})
    "the amount of 'F1' is '12.505'; write 1234.56, above 0"
    """
    if subject_type != SUBJECT:
        return f"a {QUESTION} is about a {SUBJECT}"
    if payload.get("answer") not in ANSWERS:
        return f"the answer to {QUESTION} is {' or '.join(ANSWERS)}"
    if payload["answer"] == "reject":
        return None
    amounts, rest = payload.get("amounts") or {}, payload.get("on_account")
    if not isinstance(amounts, Mapping) or len(amounts) > MOST_CLAIMS:
        return f"amounts is an object of claim and amount, of at most {MOST_CLAIMS} claims"
    if not amounts and rest in (None, ""):
        return "a match confirmed says amounts or on_account"
    if rest not in (None, "") and not str(payload.get("debtor_id") or "").strip():
        return "on_account needs debtor_id"
    told = [*amounts.items(), *([] if rest in (None, "") else [("on_account", rest)])]
    for name, amount in told:
        if not str(name).strip() or not _is_amount(amount):
            said = str(amount)[:40]
            return f"the amount of {str(name)[:40]!r} is {said!r}; write 1234.56, above 0"
    return None


def _is_amount(value: object) -> bool:
    try:
        amount = Decimal(str(value))
        return amount == amount.quantize(Decimal("0.01")) and 0 < amount < _LIMIT
    except InvalidOperation:
        return False
