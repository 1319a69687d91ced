r"""What each feature does to a probability of the logistic engine, exactly additive.

Between the average claim and the claim at hand all columns move together along a straight line.
The share of column k in the change of the probability P is (Aumann and Shapley 1974)

.. math:: c_k = \int_0^1 \frac{\partial P}{\partial z_k}(t)\, Δz_k \, dt,

which for a chance :math:`g(1 - \prod_j (1 - h_j K_j))` is :math:`Δz_k \sum_j S_j W_{jk}` (W the
coefficients in bin j at the age of the claim then, which is kept as it is) with
:math:`S_j = \int g'(P)(1 - P) h_j K_j (1 - h_j) / (1 - h_j K_j) \, dt`: one product of matrices for
all claims. K_j, the chance of being on the books still, goes the same way in logarithms from one,
and counts for the age of the claim. The integral is taken by Gauss and Legendre; what the
quadrature misses is spread in proportion.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from models.recovery import pace
from models.recovery.calibration import Calibration
from models.recovery.cash import HORIZONS
from models.recovery.hazard import Inputs, LogisticHazard
from models.recovery.periods import AT_HORIZON

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)


def attributed(
    engine: LogisticHazard,
    inputs: Inputs,
    map_: Calibration,
    base_curve: np.ndarray,
    kept: np.ndarray,
    *,
    horizon: int,
    level: float,
) -> tuple[float, dict[str, np.ndarray]]:
    """Probability of the average claim, and by feature what moves each claim away from it.

    Parameters
    ----------
    engine, inputs : the engine of payment in full and the rows to explain.
    map_ : calibration at that horizon.
    base_curve : log-odds of the published curve of the average claim, shape (N_BINS,).
    kept : chance of each claim to be on the books still, shape (n_rows, N_BINS).
    horizon : one of ``HORIZONS``, in days.
    level : log-odds added for the newest months.

    Returns
    -------
    base, and arrays of shape (n_rows,) in points of probability whose sum over features is the
    calibrated probability less the base.
    """
    n_bins = AT_HORIZON[HORIZONS.index(horizon)]
    weights = engine.weights(inputs.design)[:n_bins]
    start = engine.intercept + np.array(engine.bins)[:n_bins] + level
    usual = np.array(engine.usual)[:n_bins]
    start = start + engine.scale * base_curve[:n_bins] + usual
    from_curve = engine.scale * (inputs.curves["full"][:, :n_bins] - base_curve[:n_bins])
    from_curve += engine.ageing_then(inputs)[:, :n_bins] - usual
    # A fixed order of summation: the same bytes for one claim as for many.
    growing = engine.ageing_weights(inputs.design)
    ageing = inputs.ageing[:, :n_bins]
    way = np.einsum("ij,kj->ik", inputs.matrix, weights) + from_curve
    near = engine.nearing(inputs)[:, :n_bins]
    way += near + ageing * np.einsum("ij,j->i", inputs.matrix, growing)[:, None]
    slopes, gone = np.zeros_like(way), np.zeros_like(way)
    lost = np.log(kept[:, :n_bins])
    for node, weight in zip((_NODES + 1) / 2, _WEIGHTS / 2, strict=True):
        on_the_books = expit(start + node * way)
        hazards = on_the_books * np.exp(node * lost)
        left = np.prod(1.0 - hazards, axis=1)
        steeper = weight * (map_.slope(1.0 - left) * left)[:, None] * hazards / (1.0 - hazards)
        gone += steeper
        slopes += steeper * (1.0 - on_the_books)
    base = float(map_(_chance(start[None, :], 1.0))[0])
    steep = np.einsum("ik,kj->ij", slopes, weights)
    steep += (slopes * ageing).sum(axis=1)[:, None] * growing
    pieces = inputs.matrix * steep
    found = {name: np.zeros(len(way)) for name in inputs.design.sources}
    for i, column in enumerate(inputs.design.columns):
        found[column.source] += pieces[:, i]
    age = found.get("days_overdue", np.zeros(len(way)))
    found["days_overdue"] = age + (slopes * from_curve).sum(axis=1) + (gone * lost).sum(axis=1)
    paced = found.get(pace.SOURCE, np.zeros(len(way)))
    found[pace.SOURCE] = paced + (slopes * near).sum(axis=1)
    missed = map_(_chance(start + way, kept[:, :n_bins])) - base - sum(found.values())
    size = sum(np.abs(part) for part in found.values())
    share = missed / np.maximum(size, 1e-12)
    return base, {name: part + np.abs(part) * share for name, part in found.items()}


def _chance(margins: np.ndarray, kept: np.ndarray | float) -> np.ndarray:
    return 1.0 - np.prod(1.0 - expit(margins) * kept, axis=1)
