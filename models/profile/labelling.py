"""Which debtors to label, and how far labellers agree: nothing here knows a screen or a file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from models.profile.rules import rules

RANDOM_SHARE = 0.3
"""Part of the fresh cases drawn at random, so that figures on labels are not biased."""
DOUBLE_SHARE = 0.2
"""Part of the debtors whose label a second person gives too."""
CANNOT_SAY = "cannot_say"
LABEL_COLUMNS = ("debtor_id", "labelled_by", "profile", "labelled_on", "blind")
_HALF = 0.5
_HASH_KEY = "amiable-labels-1"
_ENOUGH_SIGNS = 2.0
_BOOTSTRAPS = 1000


@dataclass(frozen=True)
class Agreement:
    """How far blind labellers agree.

    ``alpha`` is None when fewer than two cases have two labels or all labels are the same one;
    ``low`` and ``high`` bound 95 % of resamples of the cases. ``pairs`` counts ordered pairs of
    labels of one case by profile, shape (4, 4), each case weighing as many labels as it has.
    """

    alpha: float | None
    low: float | None
    high: float | None
    n_cases: int
    n_labellers: int
    same: float | None
    pairs: np.ndarray


def queue(
    debtors: pd.DataFrame, labels: pd.DataFrame, *, labeller: str, day: date, n: int
) -> pd.DataFrame:
    """Cases for one person on one day: third and second looks, random ones, and telling ones.

    Parameters
    ----------
    debtors
        debtor_id, the four ``p_*``, ``open_eur`` (EUR) and ``n_signs`` (signals that were seen),
        one row per debtor with an open claim.
    labels
        last word of each person on each debtor: debtor_id, labelled_by, profile (None: cannot
        say), labelled_on, blind.
    labeller
        who asks. What this person said on an earlier day is not asked again; what was said on
        ``day`` stays in the queue, so that it does not move under the hand.
    n
        how many cases. A longer queue holds the shorter one.

    Returns
    -------
    DataFrame
        debtor_id, drawn (``third``, ``double``, ``random``, ``telling``), done (bool), at most
        ``n`` rows in an order that tells nothing about why a case was drawn.
    """
    known = debtors.reset_index(drop=True)
    blind = labels["blind"].astype(bool)
    mine = labels["labelled_by"] == labeller
    today = mine & blind & (labels["labelled_on"].map(_day) == day)
    done = set(labels["debtor_id"][today])
    before = set(labels["debtor_id"][mine & ~today])
    others = labels[~mine & blind]
    here = known["debtor_id"]
    asked = here.isin(others["debtor_id"])
    split = contested(labels[~(mine & blind)])
    third = known[here.isin(split["debtor_id"]) & ~here.isin(before)]
    single = others["debtor_id"].value_counts()
    single = single.index[single == 1]
    wanted = here.isin(single) & (chance(here, "double") < DOUBLE_SHARE) & ~here.isin(before)
    double = known[wanted]
    fresh = known[~asked & ~here.isin(before)]
    looks = pd.concat([_drawn(third, "third"), _drawn(double, "double")])
    order = chance(looks["debtor_id"], f"{day}")
    # Second looks leave room: someone back from holiday still brings new labels.
    most = max(math.ceil(n * _HALF), n - len(fresh))
    looks = looks.iloc[np.argsort(order, kind="stable")].iloc[:most]
    left = max(n - len(looks), 0)
    by_chance, telling = _fresh(fresh, left)
    drawn = pd.concat([looks, _drawn(by_chance, "random"), _drawn(telling, "telling")])
    drawn = drawn.iloc[np.argsort(chance(drawn["debtor_id"], f"{day}|{labeller}"), kind="stable")]
    return drawn.assign(done=drawn["debtor_id"].isin(done)).reset_index(drop=True)


def _drawn(rows: pd.DataFrame, how: str) -> pd.DataFrame:
    return rows[["debtor_id"]].assign(drawn=how)


def _fresh(fresh: pd.DataFrame, n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Random cases, always the first left of one lasting order of all debtors, and telling ones."""
    by_chance = fresh.iloc[np.argsort(chance(fresh["debtor_id"], "random"), kind="stable")]
    by_chance = by_chance.iloc[: math.ceil(n * RANDOM_SHARE)]
    rest = fresh.drop(by_chance.index)
    return by_chance, rest.loc[telling_order(rest)].iloc[: n - len(by_chance)]


def fair_sample(debtors: pd.DataFrame, labels: pd.DataFrame) -> pd.Series:
    """Debtors of ``debtors`` whose blind labels are a fair picture of all of them.

    Each debtor keeps one random number for ever, and the random part of every queue goes up that
    order. All debtors before the first one that nobody has labelled are therefore a simple random
    sample, those among them included that were labelled for what they teach: to leave those out
    would leave out the large and the doubtful. In the order of the numbers.
    """
    ids = debtors["debtor_id"]
    order = ids.iloc[np.argsort(chance(ids, "random"), kind="stable")]
    has = order.isin(labels["debtor_id"][labels["blind"].astype(bool)]).to_numpy()
    n = len(has) if has.all() else int(np.argmin(has))
    return order.iloc[:n].reset_index(drop=True)


def telling_order(debtors: pd.DataFrame) -> pd.Index:
    """Debtors whose label would teach most first: each boundary between two profiles in turn.

    Worth of a case: entropy of the belief, times the square root of the open amount (a model
    learns as much from a small debtor, but errs dearer on a large one), less where little was
    seen: a case of which nothing is known is doubtful and teaches nothing.
    """
    belief = debtors[[f"p_{name}" for name in rules().profiles]].to_numpy(dtype=float)
    safe = np.clip(belief, 1e-12, 1.0)
    entropy = -(safe * np.log(safe)).sum(axis=1)
    euros = np.sqrt(np.maximum(debtors["open_eur"].to_numpy(dtype=float), 0.0))
    signs = debtors["n_signs"].to_numpy(dtype=float)
    worth = pd.Series(entropy * euros * signs / (signs + _ENOUGH_SIGNS), index=debtors.index)
    two = np.sort(np.argsort(-safe, axis=1, kind="stable")[:, :2], axis=1)
    boundary = two @ np.array([belief.shape[1], 1])
    turn = worth.groupby(boundary).rank(method="first", ascending=False)
    tie = chance(debtors["debtor_id"], "telling")
    return debtors.index[np.lexsort((tie, -worth.to_numpy(), turn.to_numpy()))]


def chance(ids: pd.Series, salt: str) -> np.ndarray:
    """One number in [0, 1) for each identifier, the same on every machine and day.

    >>> first, again = chance(pd.Series(["D1", "D1"]), "random")
    >>> bool(first == again), bool(0 <= first < 1)
    (True, True)
    """
    if ids.empty:
        return np.empty(0)
    salted = (f"{salt}|" + ids.astype(str)).to_numpy(dtype=object)
    hashed = pd.util.hash_array(salted, hash_key=_HASH_KEY, categorize=False)
    return (hashed >> np.uint64(11)).astype(float) / 2.0**53


def last_words(labels: pd.DataFrame) -> pd.DataFrame:
    """The last word of each person on each debtor, blind and not, of all in the order given."""
    key = ["debtor_id", "labelled_by", "blind"]
    return labels.drop_duplicates(key, keep="last").reset_index(drop=True)


def contested(labels: pd.DataFrame) -> pd.DataFrame:
    """Debtors on whom blind labellers disagree, no profile having more voices than another.

    Returns debtor_id and told ({labeller: profile}). A word that was not blind, given after the
    last blind one, settles the case.
    """
    blind = labels[labels["blind"].astype(bool) & labels["profile"].notna()]
    votes = blind.groupby(["debtor_id", "profile"]).size()
    most = votes.groupby(level=0).transform("max")
    tied = (votes == most).groupby(level=0).sum()
    ids = set(tied.index[tied > 1])
    seen = labels[~labels["blind"].astype(bool) & labels["debtor_id"].isin(ids)]
    if not seen.empty:
        last_seen = pd.to_datetime(seen.groupby("debtor_id")["labelled_on"].max())
        last_blind = pd.to_datetime(blind.groupby("debtor_id")["labelled_on"].max())
        settled = last_seen >= last_blind.reindex(last_seen.index)
        ids -= set(settled.index[settled])
    told = blind[blind["debtor_id"].isin(ids)].sort_values(["debtor_id", "labelled_by"])
    rows = [
        {"debtor_id": debtor, "told": dict(zip(own["labelled_by"], own["profile"], strict=True))}
        for debtor, own in told.groupby("debtor_id")
    ]
    return pd.DataFrame(rows, columns=["debtor_id", "told"])


def agreement(labels: pd.DataFrame) -> Agreement:
    """Agreement of the last blind words; *cannot say* is a missing label."""
    blind = labels[labels["blind"].astype(bool) & labels["profile"].notna()]
    profiles = rules().profiles
    case, _ = pd.factorize(blind["debtor_id"].astype(object))
    said = pd.Index(profiles).get_indexer(blind["profile"])
    counts = np.zeros((int(case.max()) + 1 if len(case) else 0, len(profiles)))
    np.add.at(counts, (case[said >= 0], said[said >= 0]), 1)
    paired = counts[counts.sum(axis=1) >= 2]
    pairs = coincidences(paired).sum(axis=0)
    value = alpha_of(pairs)
    low, high = _interval(paired) if value is not None else (None, None)
    total = pairs.sum()
    return Agreement(
        alpha=value,
        low=low,
        high=high,
        n_cases=len(paired),
        n_labellers=int(blind["labelled_by"].nunique()),
        same=float(np.trace(pairs) / total) if total else None,
        pairs=pairs,
    )


def krippendorff_alpha(codes: np.ndarray) -> float | None:
    r"""Krippendorff's alpha for nominal data: 1 full agreement, 0 chance, below 0 worse.

    .. math:: \alpha = 1 - D_o / D_e

    observed over expected disagreement of two labels (Krippendorff, *Computing Krippendorff's
    Alpha-Reliability*, 2011).

    Parameters
    ----------
    codes : ndarray of shape (n_cases, n_labellers)
        whole numbers from 0; -1 where a labeller said nothing.

    Returns
    -------
    float or None
        None where no case has two labels, or all labels are of one kind.

    >>> krippendorff_alpha(np.array([[0, 0], [1, 1], [0, 1], [0, 0]])).__round__(3)
    0.533
    """
    codes = np.asarray(codes)
    if codes.size == 0 or codes.max() < 0:
        return None
    counts = (codes[:, :, None] == np.arange(codes.max() + 1)).sum(axis=1)
    return alpha_of(coincidences(counts.astype(float)).sum(axis=0))


def coincidences(counts: np.ndarray) -> np.ndarray:
    """Pairs of labels within each case, (n_cases, k, k), from labels by kind, (n_cases, k)."""
    n = counts.sum(axis=1)
    n_kinds = counts.shape[1]
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(n_kinds)
    found: np.ndarray = pairs / np.maximum(n - 1, 1)[:, None, None]
    return found


def alpha_of(pairs: np.ndarray) -> float | None:
    """Alpha of a matrix of coincidences, (k, k)."""
    margins = pairs.sum(axis=1)
    n = margins.sum()
    expected = n**2 - (margins**2).sum()
    if n < 2 or expected <= 0:
        return None
    return float(1 - (n - 1) * (n - np.trace(pairs)) / expected)


def _interval(counts: np.ndarray) -> tuple[float, float] | tuple[None, None]:
    """Bounds of 95 % of the alphas of resampled cases, the same for the same labels."""
    flat = coincidences(counts).reshape(len(counts), -1)
    times = np.random.default_rng(5).multinomial(
        len(counts), np.full(len(counts), 1 / len(counts)), size=_BOOTSTRAPS
    )
    drawn = (times @ flat).reshape(_BOOTSTRAPS, counts.shape[1], -1)
    values = [value for pairs in drawn if (value := alpha_of(pairs)) is not None]
    if not values:
        return None, None
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def _day(value: object) -> date:
    return pd.Timestamp(str(value)).date()
