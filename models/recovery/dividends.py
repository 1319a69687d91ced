r"""What insolvencies of this ledger paid, beside what is assumed of them.

With E the payments that the assumed curve of :mod:`models.recovery.prior` would have brought of
the claims seen in insolvency and O those that came, the assumed chances are multiplied by

.. math:: (O + k) / (E + k)

with k of one payment (gamma-Poisson, as for the pace of a debtor): a ledger on which nobody ever
had a dividend is not promised many, and one without insolvencies keeps what is assumed.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from models.recovery import prior as published
from models.recovery.cash import HORIZONS
from models.recovery.periods import days_to, watched_days

_BELIEF = 1.0  # payments
_MOST = 5.0


def dividend_pace(rows: pd.DataFrame, known_by: date) -> float:
    """Factor on the assumed chance that a claim in insolvency brings anything; 1 where unknown.

    ``rows`` are (claim, day) rows in insolvency with their outcomes; of each claim the first day
    counts, so that no payment counts twice.
    """
    if rows.empty:
        return 1.0
    first = rows.sort_values(["claim_id", "day"]).drop_duplicates("claim_id")
    watched = watched_days(first, known_by).astype(float)
    a_year = float(published.chance(np.zeros(1), np.full(1, np.nan), np.ones(1))[1][0, -1])
    expected = float(np.minimum(watched, HORIZONS[-1]).sum()) / HORIZONS[-1] * a_year
    came = float((days_to(first, "any") <= np.minimum(watched, HORIZONS[-1])).sum())
    return round(min((came + _BELIEF) / (expected + _BELIEF), _MOST), 10)
