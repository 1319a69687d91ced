"""Orders and judgments still to be served: a dated task of the day, not a wait.

An order to pay is void unless served in time, and the day of the order decides which time holds
(CPC 1411); a judgment given by default likewise (CPC 478). Serving goes on with a suit that was
brought: no new formal notice is asked for, and a person who refused the suit is heard.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from dateutil.relativedelta import relativedelta

from law.parameters import whole
from law.procedures import enforceable_on, service_deadline
from models.litigation.columns import number, text
from models.strategy.facts import NEVER, Claims
from models.strategy.proposal import is_one_of
from models.strategy.spread import places

#: Situations in which a decision has to be served, or was not in time.
SERVICE = ("order_unserved", "order_in_part", "order_void", "judgment_unserved")
#: Of those, the ones whose day the law fixes: done first whatever their gain.
DATED = ("order_unserved", "order_in_part", "judgment_unserved")
#: The rest of a decision whose suit a person refused.
REFUSED = "service_refused"
_GRANTED = ("granted", "granted_in_part")


def found(claims: Claims, today: np.datetime64) -> dict[str, np.ndarray]:
    """Where each situation holds, shape (n_claims,) each."""
    order = _orders(claims)
    late = deadlines(claims) < today
    judged = (claims.legal_status == "judged_won") & ~np.isnat(claims.title_on) & ~late
    # Whoever serves an order for a part lets the rest go (CPC 1409): a person chooses.
    in_part = claims.legal_status == "granted_in_part"
    return {
        "order_in_part": order & ~late & in_part,
        "order_unserved": order & ~late & ~in_part,
        "order_void": order & late,
        "judgment_unserved": judged,
    }


def deadlines(claims: Claims) -> np.ndarray:
    """Last day to serve the last decision on each claim, NaT where there is none to serve."""
    last = np.full(len(claims), NEVER, dtype="datetime64[D]")
    judged = claims.legal_status == "judged_won"
    for rows, until in ((_orders(claims), service_deadline), (judged, _default_until)):
        last[rows] = _each(claims.last_legal_step_on[rows], until)
    return last


def _orders(claims: Claims) -> np.ndarray:
    """Orders granted: an order to pay is no title before it is served."""
    return is_one_of(claims.legal_status, *_GRANTED) & np.isnat(claims.title_on)


def opposable(claims: Claims, today: np.ndarray | np.datetime64) -> tuple[np.ndarray, np.ndarray]:
    """Orders served whose time to oppose runs, and by when at most that is over.

    An older order waits less (CPC 1422): once its wait is over the ledger calls it enforceable.
    """
    waits = (claims.legal_status == "served") & ~np.isnat(claims.title_on)
    waits &= np.isnat(claims.enforceable_on)
    until = np.full(len(claims), NEVER, dtype="datetime64[D]")
    until[waits] = _each(claims.title_on[waits], lambda day: enforceable_on(day, day))
    # The ledger knows the day of the order and where the debtor lives.
    until = np.where(waits & ~np.isnat(claims.enforceable_from), claims.enforceable_from, until)
    return waits & (until > today), until


def is_service(name: np.ndarray) -> np.ndarray:
    """Whether what is proposed is to serve a decision."""
    return is_one_of(name, *SERVICE)


def fixed(name: np.ndarray) -> np.ndarray:
    """Whether the law fixes the day of what is proposed."""
    return is_one_of(name, *DATED)


def gained(
    gain: np.ndarray, name: np.ndarray, claims: Claims, litigation: pd.DataFrame, lead: np.ndarray
) -> np.ndarray:
    """EUR against waiting: to serve is worth what enforcing the title would be, on the lead.

    Of an order for a part, that part of it.
    """
    rows = fixed(name)
    if litigation.empty or not rows.any():
        return gain
    enforcing = litigation[litigation["course"] == "enforcement"].drop_duplicates("suit_id")
    at = places(claims.suit_ids[rows], text(enforcing, "suit_id"))
    net = np.append(number(enforcing, "expected_net", 0.0), 0.0)[at]
    worth = np.maximum(net * _granted(claims)[rows], 0.0)
    gained = gain.copy()
    gained[rows] = np.where(lead[rows], worth, 0.0)
    return gained


def _granted(claims: Claims) -> np.ndarray:
    """Share of each claim's suit that its orders grant, shape (n_claims,)."""
    sums = pd.DataFrame(
        {"granted": claims.open_eur * claims.ordered_share, "due": claims.open_eur}
    ).groupby(claims.suit, sort=False)
    granted, due = (sums[name].transform("sum").to_numpy() for name in ("granted", "due"))
    return np.divide(granted, due, out=np.ones(len(claims)), where=due > 0)


def _default_until(given_on: object) -> object:
    """Code de procédure civile, art. 478."""
    months = whole("procedures", "default_judgment_service_months", given_on)  # type: ignore[arg-type]
    return given_on + relativedelta(months=months)  # type: ignore[operator]


def _each(days: np.ndarray, until: Callable[..., object]) -> np.ndarray:
    """A day worked out once for each day that occurs."""
    unique, place = np.unique(days.astype("datetime64[D]"), return_inverse=True)
    ends = [NEVER if np.isnat(day) else np.datetime64(until(day.item()), "D") for day in unique]
    return np.asarray(ends, dtype="datetime64[D]")[place] if len(ends) else days
