r"""How much was seen, and so how much a model weighs beside the published curves.

.. math:: w_h = \frac{n_h^2}{n_h^2 + 25^2} \cdot \frac{m^2}{m^2 + 25^2}

with n_h the rarer of claims with and without the event within h, m the claims watched at about
the age of the claim: twenty-five of each give a quarter, a hundred nearly all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from models.recovery import prior as published
from models.recovery.cash import HORIZONS
from models.recovery.design import AGE_KNOTS
from models.recovery.fitting import KINDS, claims_with_and_without
from models.recovery.periods import watched_days

PRIOR_CLAIMS = 25.0
FEWEST_EVENTS = 10
_BELIEF = 2.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Claims behind a horizon: with the event, without, and by band of age (the last unknown).

    ``curves`` is the share of the published curve's weight that held-out forecasts leave it.
    """

    n_events: int
    n_without: int
    band_claims: tuple[int, ...]
    curves: float = 1.0

    def weight(self, bands: np.ndarray) -> np.ndarray:
        """Weight of the model beside the published curves, by what was seen at that age."""
        rarer = float(min(self.n_events, self.n_without))
        near = np.array(self.band_claims, dtype=float)[bands]
        return (1.0 - (1.0 - _share_of(rarer)) * self.curves) * _share_of(near)


def evidence(
    rows: pd.DataFrame, marks: Mapping[tuple[str, int], np.ndarray], known_by: date
) -> tuple[dict[tuple[str, int], Evidence], list[str]]:
    """Evidence by kind and horizon where labels are mature enough, and what is missing, told."""
    # A claim watched for one horizon tells of its age: the later bins are lived by others.
    watched = rows[watched_days(rows, known_by) >= HORIZONS[0]]
    by_band = watched.groupby(age_bands(watched))["claim_id"].nunique()
    bands = tuple(int(by_band.get(band, 0)) for band in range(len(AGE_KNOTS) + 2))
    found: dict[tuple[str, int], Evidence] = {}
    missing = []
    for horizon in HORIZONS:
        for kind in KINDS:
            counts = claims_with_and_without(rows["claim_id"], marks[kind, horizon])
            if min(counts) >= FEWEST_EVENTS:
                found[kind, horizon] = Evidence(*counts, bands)
            elif kind == "full":
                missing.append(
                    f"{horizon} days: {counts[0]} claims with and {counts[1]} without payment "
                    f"in full are old enough, {FEWEST_EVENTS} of each are needed"
                )
    return found, missing


def left_to_curves(
    seen: Mapping[tuple[str, int], Evidence],
    happened: Mapping[tuple[str, int], np.ndarray],
    own: Mapping[str, np.ndarray],
    curves: Mapping[str, np.ndarray],
) -> dict[tuple[str, int], Evidence]:
    """The evidence with the share of the curves' weight that forecasts out of fold leave.

    ``own`` and ``curves`` are forecasts of shape (n_rows, 5) by kind, of the labels ``happened``.
    The share maximises the log-likelihood of the mixture (stacking, Wolpert 1992; of densities,
    Smyth and Wolpert 1999), a claim counted once however many rows it has, with a belief of
    ``_BELIEF`` nats in the weights as they are.
    """
    grid = np.linspace(0.0, 1.0, 21)
    out = {}
    for (kind, horizon), line in seen.items():
        at = HORIZONS.index(horizon)
        y = happened[kind, horizon]
        known = ~np.isnan(y)
        rest = 1.0 - _share_of(float(min(line.n_events, line.n_without)))
        claims = line.n_events + line.n_without
        mine, theirs = own[kind][known, at], curves[kind][known, at]
        said = []
        for share in grid:
            mixed = np.clip(mine + share * rest * (theirs - mine), 1e-6, 1 - 1e-6)
            gained = np.log(np.where(y[known] == 1, mixed, 1.0 - mixed)).sum()
            said.append(gained * min(claims / known.sum(), 1.0) - _BELIEF * (1.0 - share) ** 2)
        out[kind, horizon] = replace(line, curves=float(grid[int(np.argmax(said))]))
    return out


def weights(
    seen: Mapping[tuple[str, int], Evidence], kind: str, joined: pd.DataFrame
) -> np.ndarray:
    """Weight of the model at each horizon, shape (n_claims, 5).

    Where a horizon has too few mature labels the hazards of the bins before it go on by the
    published shape, at the level of the claim: that keeps the weight of the horizon before, since
    the published curves alone would forget who pays and who does not.
    """
    bands = age_bands(joined)
    weight = np.zeros((len(joined), len(HORIZONS)))
    for i, horizon in enumerate(HORIZONS):
        line = seen.get((kind, horizon))
        own = line.weight(bands) if line else 0.0
        weight[:, i] = np.maximum(own, weight[:, i - 1]) if i else own
    return weight


def _share_of(claims: Any) -> Any:
    return claims**2 / (claims**2 + PRIOR_CLAIMS**2)


def age_bands(features: pd.DataFrame) -> np.ndarray:
    """Band of age of each claim: before the due date, between the knots, and last unknown."""
    age = published.inputs(features)[0]
    bands = np.searchsorted(AGE_KNOTS, np.nan_to_num(age), side="right")
    return np.where(np.isnan(age), len(AGE_KNOTS) + 1, bands)
