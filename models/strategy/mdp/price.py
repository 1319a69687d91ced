"""What a minute of the team is worth, before anybody is advised anything.

A minute is worth what it brings where time runs out. Every debtor may be contacted about every
other week, cheaply or at length; ordered by gain a minute, the last contact that the team's time
allows sets the price. It tells the look ahead how much acting there will be later on: where time
is short, whoever is not contacted now may not be next week either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from models.litigation.columns import number
from models.strategy import tables
from models.strategy.facts import PRIOR
from models.strategy.mdp.problem import converted

#: A short contact and a long one, in order of time.
_SHORT, _LONG = "email", "phone"
_WEEKS_BETWEEN = 2.0
#: The team's pace counts once so many of its contacts are known.
_FEWEST_CONTACTS = 10
_STRETCH, _GOOD_PART = 1.2, 0.12


def weekly_minutes(stated: float, n_contacts: int, n_timed: int, minutes: float) -> float:
    """Minutes that the team has for contacts in a week.

    What it states, for five days. Where it did a good part of that of late, it is taken at a little
    more than what it did: nobody spends all day on contacts. Where it did next to nothing, it had
    time left or wrote little down. ``n_timed`` of the last four weeks' ``n_contacts`` took
    ``minutes`` in all; the others count like them.
    """
    if n_timed < _FEWEST_CONTACTS:
        return 5 * stated
    done = minutes * n_contacts / n_timed / 4
    return 5 * stated if done < _GOOD_PART * 5 * stated else min(5 * stated, _STRETCH * done)


def minute_price(
    of: np.ndarray,
    euros: np.ndarray,
    within_90_days: np.ndarray,
    share: np.ndarray,
    ladder: Mapping[str, Any],
    effects: Mapping[str, Any],
    *,
    belief: np.ndarray,
    minutes_a_week: float,
) -> float:
    """EUR that a minute is worth; at least what it costs.

    Parameters
    ----------
    of, euros, within_90_days, share
        shape (n_claims,): the debtor, what may be chased, the chance of payment within 90 days and
        the share expected within a year.
    belief
        of any debtor, shape (4,).
    """
    least = float(ladder["minute_price"])
    n_debtors = int(of.max()) + 1 if len(of) else 0
    gains, minutes = [], []
    for channel in (_SHORT, _LONG):
        factor = np.exp(np.asarray(effects["channel"][channel], dtype=float))[None, :]
        moved = (converted(within_90_days[:, None], factor) * belief).sum(axis=1)
        gained = euros * moved * (1 - np.clip(share, 0.0, 1.0))
        gains.append(np.bincount(of, gained, minlength=n_debtors))
        minutes.append(float(ladder["channels"][channel]["minutes"]))
    longer = minutes[1] - minutes[0]
    rate = np.concatenate([gains[0] / minutes[0], (gains[1] - gains[0]) / longer])
    spent = np.repeat([minutes[0], longer], n_debtors) / _WEEKS_BETWEEN
    order = np.argsort(-rate, kind="stable")
    within = np.cumsum(spent[order]) <= minutes_a_week
    if within.all():
        return least
    return max(least, float(rate[order][int(within.argmin())]))


def price_of_time(
    open_claims: pd.DataFrame,
    recovery: pd.DataFrame,
    pace: pd.DataFrame,
    ladder: Mapping[str, Any],
    effects: Mapping[str, Any] | None,
    *,
    minutes_a_day: float,
) -> float:
    """EUR that a minute is worth, from frames of the whole day.

    ``open_claims``: claim_id, debtor_id and amounts of ``core.open_claims``; ``pace``: the row of
    ``features.team_pace``; ``effects``: None for the elicited ones.
    """
    known = recovery.drop_duplicates("claim_id").set_index("claim_id")
    found = known.reindex(open_claims["claim_id"])
    owed, euros = number(open_claims, "open_amount", 0.0), number(open_claims, "open_amount_eur")
    part = np.divide(
        number(open_claims, "chaseable_amount", 0.0), owed, out=np.zeros(len(owed)), where=owed > 0
    )
    expected = number(found, "expected_recovered", 0.0)
    whole = np.nan_to_num(euros)
    share = np.divide(expected, whole, out=np.ones(len(owed)), where=whole > 0)
    row = pace.iloc[0] if len(pace) else {"n_contacts": 0, "n_timed": 0, "minutes": 0.0}
    return minute_price(
        pd.factorize(open_claims["debtor_id"])[0],
        whole * part,
        number(found, "p_90", 0.5),
        share,
        ladder,
        tables.effects() if effects is None else effects,
        belief=PRIOR,
        minutes_a_week=weekly_minutes(
            minutes_a_day, int(row["n_contacts"]), int(row["n_timed"]), float(row["minutes"])
        ),
    )
