r"""How long a claim stays on the books: at what age, and of what amount, this ledger gives up.

A written-off claim is paid no more, so that payment later than a write-off does not count. Where
a ledger gives up at a certain age, claims near it are unlike any whose payment was watched for
long. The rate :math:`ω` per thirty days by band of age and of amount is counted on what became of
claims in the month after each day of the panel, and with :math:`h_j` the hazard of payment of a
claim still on the books,

.. math:: λ_j = h_j K_j, \qquad K_j = \exp\Big(-\int_0^{m_j} ω(\text{age} + t)\, dt / 30\Big)

is that of the subdistribution (Fine and Gray 1999), m_j the middle of bin j. Cells are drawn to
their band of age and to the like cell of the one before, bands to the one before. Ages that nobody
has reached go on as the oldest seen. Claims that paid lately have a rate of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from models.recovery import prior as published
from models.recovery.periods import MIDDLES, N_BINS, watched_days

BAND_DAYS = 30
N_BANDS = 48
_MONTH = 30
_STEP = 5.0  # days of the integral
_CLASSES = 5  # of amounts, equal in number
_BELIEF = 10.0  # months of the wider group that a cell is drawn to
_HALF = 15
_MOST = 0.9
_FEWEST = 5.0  # months below which a band of age goes on as the one before
_LATELY = 180.0  # days since a payment within which a claim counts as paying


@dataclass(frozen=True, slots=True)
class WriteOffs:
    """Rates per thirty days: ``rates`` by band of age and class of amount, ``paying``, ``usual``.

    ``edges`` are the amounts (EUR) between classes; ``usual`` is the rate of claims of unknown age.
    """

    edges: tuple[float, ...] = ()
    rates: tuple[tuple[float, ...], ...] = ()
    paying: float = 0.0
    usual: float = 0.0

    @classmethod
    def fit(cls, rows: pd.DataFrame, known_by: date) -> WriteOffs:
        """Learn from rows (claim, day) that are thirty days old, with their outcomes."""
        watched = watched_days(rows, known_by)
        ended = rows["censored_after_days"].to_numpy(dtype=float, na_value=np.inf)
        ended = np.where(rows["ended_as"] == "write_off", ended, np.inf)
        hit = (ended <= _MONTH) & (watched >= _MONTH)
        if not hit.any():
            return cls()
        amount, age, lately = _inputs(rows)
        edges = np.unique(np.round(np.quantile(amount, np.linspace(0, 1, _CLASSES + 1)[1:-1]), 2))
        kind = np.searchsorted(edges, amount, side="right")
        shape = (N_BANDS, len(edges) + 1)
        seen, gone = np.zeros(shape), np.zeros(shape)
        old = (watched >= _MONTH) & ~lately & ~np.isnan(age)
        for start in (0, _HALF):
            here = old & (ended > start)
            cell = _bands(age[here] + start + _HALF / 2), kind[here]
            np.add.at(seen, cell, _HALF / _MONTH)
            np.add.at(gone, cell, ended[here] <= start + _HALF)
        rates, before = np.empty(shape), 0.0
        for row in range(N_BANDS):
            if row and seen[row].sum() < _FEWEST:
                rates[row] = rates[row - 1]
                continue
            before = (gone[row].sum() + _BELIEF * before) / (seen[row].sum() + _BELIEF)
            near = (before + rates[row - 1]) / 2 if row else before
            rates[row] = np.minimum((gone[row] + _BELIEF * near) / (seen[row] + _BELIEF), _MOST)
        return cls(
            tuple(edges.tolist()),
            tuple(tuple(line) for line in np.round(rates, 10).tolist()),
            round(float(hit[lately].sum() / (lately.sum() + _BELIEF)), 10),
            round(float(hit.sum() / (watched >= _MONTH).sum()), 10),
        )

    def kept(self, joined: pd.DataFrame) -> np.ndarray:
        """Chance that a claim unpaid is still on the books in each bin, (n_rows, N_BINS)."""
        if not self.rates:
            return np.ones((len(joined), N_BINS))
        amount, age, lately = _inputs(joined)
        kind = np.searchsorted(self.edges, amount, side="right")
        rates = np.array(self.rates)
        # The integral by bands of the age on the day, so that claims alike share it.
        starts = np.arange(-BAND_DAYS, BAND_DAYS * N_BANDS, _STEP)
        place = np.clip(np.searchsorted(starts, np.nan_to_num(age), "right") - 1, 0, None)
        steps = np.arange(0.0, MIDDLES[-1], _STEP)
        band = _bands(starts[:, None] + steps)
        upto = np.searchsorted(steps, MIDDLES) - 1
        logs = np.cumsum(np.log1p(-rates[band]) * (_STEP / _MONTH), axis=1)[:, upto]
        found = logs[place, :, kind]
        even = np.where(lately, self.paying, self.usual)[:, None]
        told = lately | np.isnan(age)
        found = np.where(told[:, None], np.log1p(-even) * MIDDLES / _MONTH, found)
        return np.asarray(np.exp(found))

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> WriteOffs:
        """What its fields as plain data give back."""
        rates = tuple(tuple(line) for line in record["rates"])
        return cls(tuple(record["edges"]), rates, record["paying"], record["usual"])


def _inputs(joined: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Open amount (EUR), days overdue (NaN where unknown), and whether something came lately."""
    age = published.inputs(joined)[0]
    amount = joined["open_amount_eur"].to_numpy(dtype=float, na_value=0.0)
    since = joined["days_since_last_payment"].to_numpy(dtype=float, na_value=np.inf)
    return np.nan_to_num(amount), age, np.nan_to_num(since, nan=np.inf) <= _LATELY


def _bands(age: np.ndarray) -> np.ndarray:
    return np.clip(age // BAND_DAYS, 0, N_BANDS - 1).astype(int)
