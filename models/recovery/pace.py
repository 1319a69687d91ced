r"""How near a claim paid by instalments is to its last one, bin by bin.

Who pays so much a month is done when nothing is left, not at an even hazard: the chance of payment
in full leaps in the bin in which the rest runs out. With D the days that the rest takes and e_j
the end of bin j, the ratio is :math:`r_j = \ln(e_j / D)`. D is reckoned twice: at the pace of the
last ninety days (``days_to_clear``), and by the payments that are left at the mean size of those
made so far, one a month, since instalments are mostly monthly. A claim on which nothing was paid
has neither, and is left as it was.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

from models.recovery.periods import EDGES

SOURCE = "days_to_clear"
N_COLUMNS = 4
_MONTH = 30.0
_FAR = np.log1p(np.array(EDGES[:-1], dtype=float) / 30.0) / np.log1p(365.0 / 30.0)
_LAPSED = 0.5  # of the leap that has faded after a year, before anything was seen
_WIDTHS = np.array([0.3, 0.15])  # of the leaps, in logarithms: ninety days know the pace roughly


def ratios(joined: pd.DataFrame) -> np.ndarray:
    """Logarithm of the end of each bin over the days to the end, shape (n_rows, N_BINS, 2)."""

    def column(name: str) -> np.ndarray:
        if name not in joined.columns:
            return np.full(len(joined), np.nan)
        return joined[name].to_numpy(dtype=float, na_value=np.nan)

    paid = column("paid_share") * column("amount_eur") / column("n_payments").clip(1.0)
    left = np.full(len(joined), np.nan)
    np.divide(_MONTH * column("open_amount_eur"), paid, out=left, where=paid > 0)
    days = np.column_stack([column(SOURCE), left])
    days[~(days > 0)] = np.nan
    ends = np.log(np.array(EDGES[1:], dtype=float))
    return np.asarray(ends[None, :, None] - np.log(days)[:, None, :])


def columns(ratio: np.ndarray) -> np.ndarray:
    """Columns of the linear model, shape (n_rows, N_BINS, N_COLUMNS); nothing where unknown.

    Of either reckoning the leap when the rest runs out, and the leap as it fades with the days
    from now to the bin, since not everyone who pays now goes on.
    """
    known = ~np.isnan(ratio)
    r = np.nan_to_num(ratio)
    leap = expit(r / _WIDTHS) * known
    far = _FAR[None, :, None]
    return np.concatenate([leap * (1.0 - _LAPSED * far), leap * far], axis=2)
