"""What may become of open claims in the year after a day, and what did: one form for all worlds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.days import NEVER

HORIZONS = (30, 60, 90, 180, 365)
YEAR = 365
WEEKS = 52


@dataclass(frozen=True)
class Futures:
    """Years lived after a day, many times over.

    ``open_cents`` of shape (n_claims,); ``first`` and ``full`` of shape (n_claims, n_draws): days
    from the day to the first payment by the debtor and to payment in full, ``NEVER`` if none;
    ``cents`` of shape (n_claims, 5, n_draws): paid within each of ``HORIZONS``; ``weekly`` of
    shape (52, n_draws): cents paid in each week, all claims together.
    """

    claim_ids: np.ndarray
    debtor_ids: np.ndarray
    open_cents: np.ndarray
    first: np.ndarray
    full: np.ndarray
    cents: np.ndarray
    weekly: np.ndarray

    def of(self, draws: slice) -> Futures:
        """Some of the draws."""
        return Futures(
            self.claim_ids,
            self.debtor_ids,
            self.open_cents,
            self.first[:, draws],
            self.full[:, draws],
            self.cents[:, :, draws],
            self.weekly[:, draws],
        )


class Ledger:
    """Collects the payments of many futures as they come."""

    def __init__(self, n_claims: int, n_draws: int, as_of: int) -> None:
        """Nothing paid yet."""
        self._shape, self._as_of = (n_claims, n_draws), as_of
        self.first = np.full(n_claims * n_draws, NEVER, dtype=np.int64)
        self.full = self.first.copy()
        self.cents = np.zeros((len(HORIZONS), n_claims * n_draws), dtype=np.int64)
        self.weekly = np.zeros((WEEKS, n_draws), dtype=np.int64)

    def pay(self, places: np.ndarray, day: np.ndarray, cents: np.ndarray) -> None:
        """Money by the debtor; a place is claim · n_draws + draw, days since 1970."""
        after = day - self._as_of
        came = (after > 0) & (after <= YEAR)
        places, after, cents = places[came], after[came], cents[came]
        gained = cents > 0
        np.minimum.at(self.first, places[gained], after[gained])
        for row, horizon in enumerate(HORIZONS):
            within = after <= horizon
            np.add.at(self.cents[row], places[within], cents[within])
        counted = after <= 7 * WEEKS
        week, draw = (after[counted] - 1) // 7, places[counted] % self._shape[1]
        np.add.at(self.weekly, (week, draw), cents[counted])

    def settle(self, places: np.ndarray, day: np.ndarray) -> None:
        """Paid in full by the debtor on a day."""
        after = day - self._as_of
        within = (after > 0) & (after <= YEAR)
        np.minimum.at(self.full, places[within], after[within])

    def futures(
        self, claim_ids: np.ndarray, debtor_ids: np.ndarray, open_cents: np.ndarray
    ) -> Futures:
        """What was collected; cash never exceeds what was open, nor falls below nothing."""
        cents = self.cents.reshape(len(HORIZONS), *self._shape).transpose(1, 0, 2)
        cents = np.clip(cents, 0, open_cents[:, None, None])
        return Futures(
            claim_ids,
            debtor_ids,
            open_cents,
            self.first.reshape(self._shape),
            self.full.reshape(self._shape),
            cents,
            self.weekly,
        )


def joined(parts: list[Futures]) -> Futures:
    """Draws of the same claims, side by side."""
    head = parts[0]
    return Futures(
        head.claim_ids,
        head.debtor_ids,
        head.open_cents,
        *(
            np.concatenate([getattr(part, name) for part in parts], axis=-1)
            for name in ("first", "full", "cents", "weekly")
        ),
    )


def expected(futures: Futures) -> pd.DataFrame:
    """The forecast that knows the truth, one row per open claim.

    Columns claim_id, debtor_id, open_amount, p_30 to p_365 and p_any_30 to p_any_365 (shares of
    the draws), expected_cash (EUR within 365 days) and its quantiles cash_05, cash_50, cash_95.
    With R draws the Brier score of a share p exceeds that of the exact chance by about
    p(1 − p)/R on average.
    """
    table: dict[str, np.ndarray] = {
        "claim_id": futures.claim_ids,
        "debtor_id": futures.debtor_ids,
        "open_amount": futures.open_cents / 100,
    }
    for prefix, reached in (("p", futures.full), ("p_any", futures.first)):
        for horizon in HORIZONS:
            table[f"{prefix}_{horizon}"] = (reached <= horizon).mean(axis=1)
    cash = futures.cents[:, -1] / 100
    table["expected_cash"] = np.round(cash.mean(axis=1), 4)
    for level in (5, 50, 95):
        table[f"cash_{level:02d}"] = np.quantile(cash, level / 100, axis=1)
    return pd.DataFrame(table)


def realised(futures: Futures) -> pd.DataFrame:
    """What became of each open claim in one future, the first: the year that was lived.

    Columns claim_id, days_to_full and days_to_any (missing if not within 365 days), cash_30 to
    cash_365 (EUR).
    """
    table: dict[str, np.ndarray] = {"claim_id": futures.claim_ids}
    for name, reached in (("days_to_full", futures.full), ("days_to_any", futures.first)):
        days = reached[:, 0].astype(float)
        table[name] = np.where(days <= YEAR, days, np.nan)
    for row, horizon in enumerate(HORIZONS):
        table[f"cash_{horizon}"] = futures.cents[:, row, 0] / 100
    return pd.DataFrame(table)


def weeks(lived: Futures, drawn: Futures) -> pd.DataFrame:
    """Cash of the portfolio by week, EUR: week 1 to 52, realised, expected, low, high (90 %)."""
    return pd.DataFrame(
        {
            "week": np.arange(1, WEEKS + 1),
            "realised": lived.weekly[:, 0] / 100,
            "expected": drawn.weekly.mean(axis=1) / 100,
            "low": np.quantile(drawn.weekly, 0.05, axis=1) / 100,
            "high": np.quantile(drawn.weekly, 0.95, axis=1) / 100,
        }
    )


def draws(futures: Futures) -> pd.DataFrame:
    """Cash within 365 days by claim and draw, EUR cents: claim_id, draw_000, draw_001, …

    Sums over claims within one draw are sums of one future: they keep the correlation of the
    claims of one debtor.
    """
    cents = futures.cents[:, -1].astype(
        np.int32 if futures.open_cents.max(initial=0) < 2**31 else np.int64
    )
    names = [f"draw_{number:03d}" for number in range(cents.shape[1])]
    return pd.concat(
        [pd.Series(futures.claim_ids, name="claim_id"), pd.DataFrame(cents, columns=names)], axis=1
    )


def truth(lived: Futures, drawn: Futures) -> dict[str, pd.DataFrame]:
    """The tables that a world hands over beside its ledger: recovery, realised, weeks, futures."""
    return {
        "recovery": expected(drawn),
        "realised": realised(lived),
        "weeks": weeks(lived, drawn),
        "futures": draws(drawn),
    }
