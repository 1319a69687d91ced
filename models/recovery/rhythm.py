r"""When in the month payments come: by the days since the last one, and by the day of the month.

Who pays by standing order keeps its day; who pays on wages or on the runs of a ledger's own
debtors pays on some days of the month rather than others. Each is a profile of ten weights of
mean one about an even month. With O_b the payments seen in a tenth b and E_b those that an even
month would have brought there,

.. math:: w_b = \frac{O_b + k}{E_b + k}

with k by the moments of the gamma-Poisson (:func:`models.recovery.shrinkage.gamma_poisson_weight`,
at least one payment, fifty where the tenths differ by no more than chance): a ledger that shows no
rhythm keeps an even one. Weights move cash between the days of one interval of the horizons, never
from one interval to another, so that the weeks still add up to what the horizons say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator

from models.recovery.cash import HORIZONS
from models.recovery.periods import days_to, watched_days
from models.recovery.shrinkage import gamma_poisson_weight, number

TENTHS = 10
MONTH = 365.25 / 12
MOST_SINCE = 180  # days since the last payment after which its day tells nothing
_NEAR = 31
_DAY = np.timedelta64(1, "D")

EVEN = (1.0,) * TENTHS


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Weights by tenth of a month since the last payment (the first around it), and by its day.

    Tenths of the day of the month are of three days, the last one to the end.
    """

    since_last: tuple[float, ...] = EVEN
    month_day: tuple[float, ...] = EVEN

    @classmethod
    def fit(cls, rows: pd.DataFrame, known_by: date) -> Rhythm:
        """Learn from (claim, day) rows with their outcomes and, where known, the last payment."""
        if "days_since_last_payment" not in rows.columns:
            return cls()
        since = number(rows["days_since_last_payment"], np.nan)
        return cls(_since_last(rows, since, known_by), _month_day(rows, since, known_by))

    def spread(
        self, ends: np.ndarray, as_of: date | None, level: np.ndarray | None = None
    ) -> np.ndarray:
        """Share of the cash of each interval that comes by each of ``ends`` (days), rising.

        Shape (32, 5, n_ends): by whole days since the last payment within its month, the last for
        claims without one (``places``). Without ``as_of`` days of the month are not told apart.
        ``level`` is the cash of the portfolio by interval, shape (5,): its smooth curve, monotone
        (Fritsch and Carlson 1980), slopes within an interval as between them; else it is even.
        """
        ahead = np.arange(1, HORIZONS[-1] + 1)
        weight = np.ones((_NEAR + 1, len(ahead)))
        if level is not None and level.sum() > 0:
            upto = np.append(0.0, np.cumsum(level) / level.sum())
            by_day = PchipInterpolator([0, *HORIZONS], upto)(np.append(0, ahead))
            weight = weight * (np.diff(by_day) + 1e-6)
        weight[:_NEAR] *= np.array(self.since_last)[_tenth(np.arange(_NEAR)[:, None] + ahead)]
        if as_of is not None:
            days = np.datetime64(as_of, "D") + ahead * _DAY
            weight = weight * np.array(self.month_day)[_of_month(days)]
        out = np.empty((_NEAR + 1, len(HORIZONS), len(ends)))
        starts = (0, *HORIZONS[:-1])
        at = np.minimum(ends.astype(int), HORIZONS[-1])
        for k, (start, end) in enumerate(zip(starts, HORIZONS, strict=True)):
            part = np.where((ahead > start) & (ahead <= end), weight, 0.0)
            upto = np.concatenate([np.zeros((len(part), 1)), part.cumsum(axis=1)], axis=1)
            out[:, k] = upto[:, at] / upto[:, -1:]
        return out

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Rhythm:
        """What its fields as plain data give back."""
        return cls(tuple(record["since_last"]), tuple(record["month_day"]))


def places(features: pd.DataFrame) -> np.ndarray:
    """Row of ``Rhythm.spread`` of each claim, shape (n_claims,)."""
    if "days_since_last_payment" not in features.columns:
        return np.full(len(features), _NEAR)
    since = number(features["days_since_last_payment"], np.nan)
    known = (since >= 0) & (since <= MOST_SINCE)
    return np.where(known, np.nan_to_num(since) % MONTH, _NEAR).astype(int)


def _since_last(rows: pd.DataFrame, since: np.ndarray, known_by: date) -> tuple[float, ...]:
    """Next payments in the month after a day, beside those of claims that paid as many days ahead.

    Payments thin out with the days ahead, whatever the day of the last one: of the payments so many
    days ahead each tenth would have had its share of the claims.
    """
    known = (since >= 0) & (since <= MOST_SINCE) & (watched_days(rows, known_by) >= _NEAR)
    ahead = np.arange(1, _NEAR + 1)
    came = ahead == days_to(rows, "any")[known][:, None]
    tenth = _tenth(since[known][:, None] + ahead)
    seen = np.bincount(tenth[came], minlength=TENTHS).astype(float)
    each = came.mean(axis=0) if known.any() else np.zeros(_NEAR)
    expected = np.bincount(tenth.ravel(), np.tile(each, len(tenth)), TENTHS)
    return _weights(seen, expected)


def _month_day(rows: pd.DataFrame, since: np.ndarray, known_by: date) -> tuple[float, ...]:
    """Payments by tenth of their month, beside an even month.

    Of claims that were already there on the panel day before: what is invoiced and paid between
    two of them is only ever seen late in the gap.
    """
    day = pd.to_datetime(rows["day"]).to_numpy().astype("datetime64[D]")
    panel = np.unique(day)
    gap = int(np.diff(panel).max() / _DAY) if len(panel) > 1 else 0
    age = number(rows["days_since_issue"], np.nan) if "days_since_issue" in rows else since * np.nan
    found = []
    for ahead in (days_to(rows, "any"), days_to(rows, "full"), -since):
        # One payment counts once, from whichever days it is seen.
        there = np.isfinite(ahead) & (np.where(np.isnan(age), np.inf, age) + ahead >= gap)
        paid_on = day[there] + ahead[there].astype(int) * _DAY
        found.append(pd.DataFrame({"claim": rows["claim_id"].to_numpy()[there], "on": paid_on}))
    paid = pd.concat(found).drop_duplicates()["on"].to_numpy().astype("datetime64[D]")
    first, last = panel[0].astype("datetime64[M]"), np.datetime64(known_by, "M")
    month = (paid.astype("datetime64[M]") - first).astype(int)
    # Months seen in part would count their missing days as days without payments.
    whole = (month > 0) & (month < (last - first).astype(int))
    seen = np.bincount(_of_month(paid[whole]), minlength=TENTHS).astype(float)
    by_month = np.bincount(month[whole])
    expected = np.zeros(TENTHS)
    for i in np.flatnonzero(by_month):
        days = np.arange(first + i, first + i + 1, dtype="datetime64[D]")
        share = np.bincount(_of_month(days), minlength=TENTHS) / len(days)
        expected += by_month[i] * share
    return _weights(seen, expected)


def _weights(seen: np.ndarray, expected: np.ndarray) -> tuple[float, ...]:
    k = max(gamma_poisson_weight(seen, expected), 1.0)
    return tuple(np.round((seen + k) / (expected + k), 6).tolist())


def _tenth(days: np.ndarray) -> np.ndarray:
    """Tenth of the month since the last payment, the first centred on whole months."""
    return np.floor((days / MONTH * TENTHS + 0.5) % TENTHS).astype(int)


def _of_month(days: np.ndarray) -> np.ndarray:
    """Tenth of each date within its month, of three days, the last one to the end."""
    of = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(int)
    return np.minimum(of // 3, TENTHS - 1)
