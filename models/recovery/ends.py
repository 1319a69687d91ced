r"""How unpaid claims end: paid, credited, written off, insolvency, court; and disputes on the way.

Aalen and Johansen's estimate of a process with two states that a claim goes between, ``open`` and
``disputed`` (a dispute is settled one day: it ends nothing), and five ends. With :math:`Y_s(t)`
the claims in state s just before day t after the due date and :math:`N_{sr}(t)` those that go to
r on it,

.. math:: P(a, t) = \prod_{u = a + 1}^{t} (I + dA(u)), \quad dA_{sr}(u) = dN_{sr}(u) / Y_s(u)

is where a claim still unpaid a days after its due date stands on day t. A claim counts from the
day on which the ledger began to see it (left truncation) to today (censoring): claims that ended
alone, whose quick payments are over-represented, are never averaged.

Intervals drop each of thirty groups of debtors in turn (jackknife), on the log-odds.

Aalen and Johansen 1978; occupation of states without the Markov property: Datta and Satten 2001.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.stats import t as student

from models.segments import segments

STATES = ("open", "disputed")
ENDS = ("paid", "credited", "written_off", "insolvency", "litigation")
SHOWN = (*ENDS, "disputed", "open")
"""States whose shares sum to one, in the order in which a chart stacks them."""

EVER = "dispute_opened"
"""A dispute opened within the days, settled or not, of claims without one; in no sum."""

FROM_AGES = (0, 30, 90, 180, 365)
DAYS = (0, 15, 30, 45, 60, 75, 90, 120, 150, 180, 240, 300, 365)
FEWEST_AT_START = 50
FEWEST_AT_RISK = 10
BY = {"kind": "kind", "size": "size", "amount": "invoice"}
"""Bands of ``models.segments``, and what they are called: amounts are those of the invoices."""

COLUMNS = ("segment", "from_age", "days", "state", "share", "low", "high", "n_at_risk",
           "n_events", "closed_only")  # fmt: skip
_GROUPS = 30
_LAST = max(FROM_AGES) + max(DAYS)
_TO = (*STATES, *ENDS)


@dataclass(frozen=True)
class Counts:
    """Counts by day after the due date, of many samples of claims at once.

    ``at_risk`` of shape (n_samples, _LAST + 1, 2) holds the claims in each state just before the
    day, ``moves`` of shape (n_samples, _LAST + 1, 2, 7) those that left it, by what they became.
    """

    at_risk: np.ndarray
    moves: np.ndarray

    @cached_property
    def hazards(self) -> np.ndarray:
        """Share of those at risk that make each move, of the shape of ``moves``."""
        return self.moves / np.maximum(self.at_risk, 1e-12)[..., None]

    def started(self, age: int) -> np.ndarray:
        """Claims unpaid ``age`` days after their due date, shape (n_samples,)."""
        return np.asarray(self.at_risk[:, age + 1].sum(axis=1))

    @classmethod
    def stacked(cls, parts: list[Counts]) -> Counts:
        """Of each part the whole, and the whole without each of its samples in turn."""
        risk = [np.concatenate([_whole(c.at_risk), _whole(c.at_risk) - c.at_risk]) for c in parts]
        moves = [np.concatenate([_whole(c.moves), _whole(c.moves) - c.moves]) for c in parts]
        return cls(np.concatenate(risk), np.concatenate(moves))


def ends(stays: pd.DataFrame) -> pd.DataFrame:
    """The columns of ``mart.ends`` without ``as_of``.

    ``stays`` has one row per claim and stretch of days in one state, as
    ``training.claim_stays``: claim_id, debtor_id, debtor_kind, headcount, amount_eur, state,
    from_days, to_days, became. Segments and ages that fewer than ``FEWEST_AT_START`` claims
    reached are left out, as are days that fewer than ``FEWEST_AT_RISK`` lived to see.
    """
    stays = stays[stays["from_days"] < _LAST].reset_index(drop=True)
    parts = _segments(stays)
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    group = _groups(stays["debtor_id"])
    by_group = [counts(stays.iloc[rows], group[rows], _GROUPS) for _, rows in parts]
    jackknife = Counts.stacked(by_group)
    closed = [closed_only(stays.iloc[rows]) for _, rows in parts]
    lines = []
    for age in FROM_AGES:
        shares = occupied(jackknife, age).reshape(len(parts), _GROUPS + 1, len(DAYS), -1)
        for (segment, rows), counted, share, alone in zip(
            parts, by_group, shares, closed, strict=True
        ):
            if counted.started(age).sum() >= FEWEST_AT_START:
                said = alone if age == 0 else np.full_like(alone, np.nan)
                unseen = 1 - 0.025 ** (1 / _debtors(stays.iloc[rows], age))
                lines.append(_told(age, counted, share, unseen, said).assign(segment=segment))
    if not lines:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(lines, ignore_index=True)[list(COLUMNS)]


def counts(stays: pd.DataFrame, sample: np.ndarray, n_samples: int) -> Counts:
    """Claims at risk and moves by day; ``sample`` of shape (n_stays,) says in which they count."""
    state = pd.Index(STATES).get_indexer(stays["state"])
    became = pd.Index(_TO).get_indexer(stays["became"])
    start = stays["from_days"].to_numpy(dtype=np.int64)
    stop = stays["to_days"].to_numpy(dtype=np.int64)
    n_days = _LAST + 1
    change = np.zeros((n_samples, n_days + 1, len(STATES)))
    np.add.at(change, (sample, np.minimum(start + 1, n_days), state), 1)
    np.add.at(change, (sample, np.minimum(stop + 1, n_days), state), -1)
    moves = np.zeros((n_samples, n_days, len(STATES), len(_TO)))
    seen = (became >= 0) & (stop <= _LAST)
    np.add.at(moves, (sample[seen], stop[seen], state[seen], became[seen]), 1)
    return Counts(np.cumsum(change, axis=1)[:, :n_days], moves)


def occupied(counted: Counts, age: int) -> np.ndarray:
    """Share of claims in each state of ``SHOWN`` and ``EVER`` on each of ``DAYS`` after ``age``.

    Shape (n_samples, len(DAYS), len(SHOWN) + 1); of claims unpaid at ``age``, in the mixture of
    disputed and undisputed that they then are.

    >>> two = pd.DataFrame({"state": ["open"] * 2, "from_days": [0, 0], "to_days": [10, 400],
    ...     "became": ["paid", "censored"]})
    >>> occupied(counts(two, np.zeros(2, dtype=int), 1), 0)[0, 1, 0].item()
    0.5
    """
    start = counted.at_risk[:, age + 1]
    here = start / np.maximum(start.sum(axis=1, keepdims=True), 1e-12)
    ended = np.zeros((len(here), len(ENDS)))
    undisputed, ever = np.ones(len(here)), np.zeros(len(here))
    out = np.empty((len(here), len(DAYS), len(SHOWN) + 1))
    for day in range(max(DAYS) + 1):
        if day:
            hazard = counted.hazards[:, age + day]
            flow = here[:, :, None] * hazard
            here = here - flow.sum(axis=2) + flow[:, :, : len(STATES)].sum(axis=1)
            ended = ended + flow[:, :, len(STATES) :].sum(axis=1)
            ever = ever + undisputed * hazard[:, 0, 1]
            undisputed = undisputed * (1 - hazard[:, 0].sum(axis=1))
        if day in DAYS:
            out[:, DAYS.index(day)] = np.column_stack([ended, here[:, 1], here[:, 0], ever])
    return out


def closed_only(stays: pd.DataFrame) -> np.ndarray:
    """What claims that ended would say alone: share of them that ended so by each of ``DAYS``.

    Shape (len(DAYS), len(ENDS)), NaN where none ended. For contrast only: quick ends are
    over-represented, and open claims are left out.
    """
    over = stays[stays["became"].isin(ENDS)]
    days = over["to_days"].to_numpy()[:, None, None] <= np.array(DAYS)[None, :, None]
    which = over["became"].to_numpy(dtype=object)[:, None] == np.array(ENDS, dtype=object)
    if over.empty:
        return np.full((len(DAYS), len(ENDS)), np.nan)
    return np.asarray((days & which[:, None, :]).mean(axis=0))


def _segments(stays: pd.DataFrame) -> list[tuple[str, np.ndarray]]:
    """Names and rows of the parts of the portfolio that enough claims of the ledger lie in."""
    if stays["claim_id"].nunique() < FEWEST_AT_START:
        return []
    bands = segments(stays.rename(columns={"amount_eur": "open_amount_eur"}))
    parts = [("all", np.arange(len(stays)))]
    for column, name in BY.items():
        for band, rows in bands.groupby(column).indices.items():
            if len(rows) >= FEWEST_AT_START:
                parts.append((f"{name} = {band}", np.asarray(rows)))
    return parts


def _groups(debtor_ids: pd.Series) -> np.ndarray:
    hashed = pd.util.hash_array(debtor_ids.to_numpy(dtype=object))
    return (hashed % _GROUPS).astype(np.int64)


def _debtors(stays: pd.DataFrame, age: int) -> int:
    """Debtors with a claim seen unpaid at an age."""
    then = (stays["from_days"] <= age) & (stays["to_days"] > age)
    return int(stays.loc[then, "debtor_id"].nunique())


def _whole(counted: np.ndarray) -> np.ndarray:
    return np.asarray(counted.sum(axis=0, keepdims=True))


def _told(
    age: int, counted: Counts, shares: np.ndarray, unseen: float, closed: np.ndarray
) -> pd.DataFrame:
    """Lines of one segment and age, one per day and state.

    ``shares`` of shape (1 + _GROUPS, len(DAYS), len(SHOWN) + 1): of all claims, and of all but
    those of each group of debtors; ``unseen`` the most that may be true of what no debtor showed.
    """
    low, high = _interval(shares[0], shares[1:][counted.started(age) > 0], unseen)
    at_risk = counted.at_risk.sum(axis=(0, 2))[age + 1 :]
    enough = np.cumprod(at_risk >= FEWEST_AT_RISK).astype(bool)
    lived = [day for day in DAYS if day == 0 or enough[day - 1]]
    names = (*SHOWN, EVER)
    moves = np.cumsum(counted.moves.sum(axis=0)[age + 1 :], axis=0)[np.array(DAYS[1:]) - 1]
    events = np.zeros((len(DAYS), len(names)), dtype=int)
    events[1:, : len(ENDS)] = moves[:, :, len(STATES) :].sum(axis=1)
    events[1:, -1] = moves[:, 0, 1]
    said = np.full((len(DAYS), len(names)), np.nan)
    said[:, : len(ENDS)] = closed
    lines = pd.DataFrame(
        {
            "from_age": age,
            "days": np.repeat(DAYS, len(names)),
            "state": np.tile(names, len(DAYS)),
            "share": np.clip(shares[0], 0.0, 1.0).ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
            "n_at_risk": int(counted.started(age).sum()),
            "n_events": events.ravel(),
            "closed_only": said.ravel(),
        }
    )
    return lines[lines["days"].isin(lived)]


def _interval(
    share: np.ndarray, without: np.ndarray, unseen: float
) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval from the estimates without each group of debtors, on the log-odds.

    Where nothing happened the jackknife knows no doubt: the upper end is then ``unseen``.
    """
    n = len(without)
    if n < 5:
        return np.full(share.shape, np.nan), np.full(share.shape, np.nan)
    error = np.sqrt((n - 1) / n * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    inside = np.clip(share, 1e-6, 1 - 1e-6)
    reach = float(student.ppf(0.975, n - 1)) * error / (inside * (1 - inside))
    margin = np.log(inside / (1 - inside))
    low, high = (1 / (1 + np.exp(-np.clip(margin + s * reach, -30, 30))) for s in (-1, 1))
    certain = error < 1e-12
    low = np.where(certain, np.where(share >= 1, 1 - unseen, np.minimum(share, low)), low)
    high = np.where(certain, np.where(share <= 0, unseen, np.maximum(share, high)), high)
    return np.minimum(low, np.clip(share, 0, 1)), np.maximum(high, np.clip(share, 0, 1))
