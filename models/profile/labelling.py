"""Which debtors to label, and how far labellers agree: nothing here knows a screen or a file."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from models.profile.rules import rules
from models.profile.telling import described, telling_order

RANDOM_SHARE = 0.3
"""Part of the fresh cases drawn at random, so that figures on labels are not biased."""
DOUBLE_SHARE = 0.2
"""Part of the debtors whose label a second person gives too."""
CANNOT_SAY = "cannot_say"
LABEL_COLUMNS = ("debtor_id", "labelled_by", "profile", "labelled_on", "blind")
MOST_COMPARED = 4_000
"""Debtors among which the most telling are looked for, and labelled ones set beside them."""
_HALF = 0.5
_HASH_KEY = "amiable-labels-1"
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
    debtors: pd.DataFrame,
    labels: pd.DataFrame,
    *,
    labeller: str,
    day: date,
    n: int,
    describe: Callable[[list[str]], pd.DataFrame],
) -> pd.DataFrame:
    """Cases for one person on one day: third and second looks, random ones, and telling ones.

    Parameters
    ----------
    debtors
        debtor_id and the four ``p_*``, one row per debtor with an open claim.
    labels
        last word of each person on each debtor: debtor_id, labelled_by, profile (None: cannot
        say), labelled_on, blind.
    labeller
        who asks. What this person said on an earlier day is not asked again; what was said on
        ``day`` stays in the queue, so that it does not move under the hand.
    n
        how many cases. A longer queue holds the shorter one.
    describe
        facts of the debtors named: debtor_id and columns of ``features.debtor_features``.

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
    by_chance = fresh.iloc[np.argsort(chance(fresh["debtor_id"], "random"), kind="stable")]
    by_chance = by_chance.iloc[: math.ceil(left * RANDOM_SHARE)]
    on = pd.to_datetime(labels["labelled_on"])
    earlier = here.isin(labels["debtor_id"][on < pd.Timestamp(day)])
    telling = _telling(fresh, known[earlier], left, describe)
    telling = telling[~telling["debtor_id"].isin(by_chance["debtor_id"])]
    telling = telling.iloc[: left - len(by_chance)]
    drawn = pd.concat([looks, _drawn(by_chance, "random"), _drawn(telling, "telling")])
    drawn = drawn.iloc[np.argsort(chance(drawn["debtor_id"], f"{day}|{labeller}"), kind="stable")]
    return drawn.assign(done=drawn["debtor_id"].isin(done)).reset_index(drop=True)


def _drawn(rows: pd.DataFrame, how: str) -> pd.DataFrame:
    return rows[["debtor_id"]].assign(drawn=how)


def _telling(
    fresh: pd.DataFrame,
    labelled: pd.DataFrame,
    n: int,
    describe: Callable[[list[str]], pd.DataFrame],
) -> pd.DataFrame:
    """Rows of ``fresh`` to label, the most telling first; random ones of the queue among them.

    Out of so many drawn by a lasting lot, which a large portfolio is told by. The order does not
    know which cases come at random, so that a longer queue holds the shorter one.
    """
    pool = pd.concat([_by_lot(fresh), _by_lot(labelled)], ignore_index=True)
    is_labelled = np.arange(len(pool)) >= min(len(fresh), MOST_COMPARED)
    ids = pool["debtor_id"].astype(str).tolist()
    facts = describe(ids).set_index("debtor_id").reindex(ids).reset_index()
    belief = pool[[f"p_{name}" for name in rules().profiles]].to_numpy(dtype=float)
    most = n + math.ceil(n * RANDOM_SHARE)
    return pool.iloc[telling_order(belief, described(facts), is_labelled, most)]


def _by_lot(debtors: pd.DataFrame) -> pd.DataFrame:
    lot = np.argsort(chance(debtors["debtor_id"], "telling"), kind="stable")
    return debtors.iloc[lot[:MOST_COMPARED]]


def fair_sample(debtors: pd.DataFrame, labels: pd.DataFrame) -> pd.Series:
    """Debtors of ``debtors`` whose blind labels are a fair picture of all of them.

    Each debtor keeps one random number for ever, and the random part of every queue goes up that
    order. All debtors before the first one that nobody has labelled are therefore a simple random
    sample, those among them included that were labelled for what they teach: to leave those out
    would leave out the large and the doubtful. In the order of the numbers.
    """
    ids = debtors["debtor_id"]
    read = ids.isin(labels["debtor_id"][labels["blind"].astype(bool)]).to_numpy()
    fair = fair_rows(ids, read)
    order = np.argsort(chance(ids, "random"), kind="stable")
    return ids.iloc[order[fair[order]]].reset_index(drop=True)


def fair_rows(ids: pd.Series, read: np.ndarray) -> np.ndarray:
    """Which debtors of ``ids`` are of the fair sample; ``read`` (n,): somebody read it blind."""
    order = np.argsort(chance(ids, "random"), kind="stable")
    has = read[order]
    fair = np.zeros(len(has), dtype=bool)
    fair[order[: len(has) if has.all() else int(np.argmin(has))]] = True
    return fair


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
    value = alpha_of(pairs) if len(paired) > 1 else None
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
