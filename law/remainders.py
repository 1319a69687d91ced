"""What a decision for a part leaves: whether the rest may still be asked for. Not legal advice."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from law import parameters
from law.parameters import Record
from law.titles import Title


class Remainder(NamedTuple):
    """The fate of what was not granted; words for ``code``: ``remainders`` of ``law/words.yaml``.

    ``record``: the text it comes from, None where none was read.
    """

    code: str
    record: Record | None


def remainder(title: Title) -> Remainder:
    """What becomes of the part that a decision did not grant.

    Source: Code de procédure civile, art. 484, 488, 1409; Code civil, art. 1355.

    >>> order = Title("payment_order", date(2026, 9, 1))
    >>> served = Title("payment_order", date(2026, 9, 1), served_on=date(2026, 9, 20))
    >>> judged = Title("payment_order", date(2026, 9, 1), won_on=date(2026, 11, 2))
    >>> [remainder(each).code for each in (order, served, judged)]
    ['whole_on_merits', 'let_go', 'refused']
    """
    day = title.given_on
    if title.procedure == "summary":
        return Remainder("interim", _record("procedures", "interim_rest_stays_open", day))
    if title.procedure == "payment_order" and title.is_order:
        code = "whole_on_merits" if title.served_on is None else "let_go"
        return Remainder(code, _record("payment_order", "served_part_lets_rest_go", day))
    if title.won_on is not None or title.procedure in _JUDGES:
        return Remainder("refused", _record("procedures", "judged_rest_is_final", day))
    return Remainder("undecided", None)


#: Procedures whose every decision is a judgment.
_JUDGES = ("merits", "tj_request", "european_small_claim")


def _record(subject: str, name: str, day: date) -> Record:
    return parameters.record(subject, name, parameters.begun(subject, name, day))
