"""Decisions of the past as rows to learn from: what was known, what was done, what came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from models.strategy.conduct import CHANNELS
from models.strategy.tables import PROFILES

HORIZON = 30
"""Days in which money is looked for after a decision."""

LATE_HORIZON = 90
ARMS = ("wait", *CHANNELS)
FIRM = ("firm", "formal")
KINDS = ("company", "sole_trader", "consumer", "public", "association")
#: Contacts that answer what a debtor said: nobody waits in that situation, so that waiting
#: cannot be compared with them.
ANSWERS = (
    "resend_documents",
    "offer_plan",
    "resolve_dispute",
    "answer_dispute",
    "ask_written_dispute",
    "find_contact",
    "third_party",
    "monitor_plan",
)
_CERTAIN = 0.995
_RESTING = 7
_STATES = ("age", "amount", "repeat")


@dataclass(frozen=True)
class Units:
    """Mature decisions, one entry each; arrays of shape (n,) unless said.

    ``arm`` indexes ``ARMS``; ``logged`` is the probability of what was done where it is known,
    NaN elsewhere; ``alone`` that of no contact in the same decision, known only of runs;
    ``asked`` and ``asked_chance`` arm and probability of what a run decided, made or not;
    ``share`` the part of the overdue euros paid within ``HORIZON`` days and ``late_share`` within
    ninety (NaN when that is not over); ``dose`` the contacts of the month that began, each for
    the part of it left; ``before`` the part paid in the month before. ``matrix`` holds what may
    confound (n, n_columns), standardised, without what came in lately, which is ``recent``
    (n, n_recent); ``belief`` (n, 4); ``state`` (n, 3) as `states`.
    """

    debtor: np.ndarray
    day: np.ndarray
    arm: np.ndarray
    firm: np.ndarray
    logged: np.ndarray
    alone: np.ndarray
    asked: np.ndarray
    asked_chance: np.ndarray
    share: np.ndarray
    late_share: np.ndarray
    cash: np.ndarray
    open_eur: np.ndarray
    dose: np.ndarray
    before: np.ndarray
    belief: np.ndarray
    state: np.ndarray
    matrix: np.ndarray
    recent: np.ndarray
    tired: np.ndarray

    def __len__(self) -> int:
        """How many decisions."""
        return len(self.arm)

    def rows(self, kept: np.ndarray) -> Units:
        """Some of the decisions."""
        return Units(**{name: getattr(self, name)[kept] for name in self.__dataclass_fields__})

    @property
    def is_random(self) -> np.ndarray:
        """Whether a run might both have contacted and waited in that decision, by its draws."""
        open_ = (self.alone > 1 - _CERTAIN) & (self.alone < _CERTAIN)
        return np.asarray(open_ & ~np.isnan(self.logged))

    @property
    def is_asked(self) -> np.ndarray:
        """Whether a run might both have asked for a contact and for none, whatever came of it."""
        open_ = (self.alone > 1 - _CERTAIN) & (self.alone < _CERTAIN)
        return np.asarray(open_ & ~np.isnan(self.asked_chance))

    @property
    def is_drawn(self) -> np.ndarray:
        """Contacts of the ledger whose chance is on file and was no certainty; none of runs."""
        known = np.nan_to_num(self.logged, nan=1.0)
        return np.asarray((self.arm > 0) & np.isnan(self.alone) & (known < _CERTAIN))


def states(days_overdue: np.ndarray, open_eur: np.ndarray, n_contacts: np.ndarray) -> np.ndarray:
    """Age, amount and contacts already made, centred and bounded, shape (n, 3).

    >>> states(np.array([45.0]), np.array([1000.0]), np.array([2.0])).tolist()
    [[0.0, 0.0, 0.0]]
    """
    age = np.log(np.maximum(np.nan_to_num(days_overdue, nan=45.0), 1.0) / 45) / 2
    amount = np.log(np.maximum(open_eur, 1.0) / 1000) / 2
    repeat = (n_contacts - 2) / 4
    return np.clip(np.stack([age, amount, repeat], axis=1), -1.5, 1.5)


def _numbers(choices: pd.DataFrame) -> pd.DataFrame:
    """A row for each claim that a contact is about, its own ``number``: any stands for all."""
    if "recommendation_ids" not in choices:
        return choices.assign(number=choices["recommendation_id"])
    return choices.assign(number=choices["recommendation_ids"]).explode("number")


def in_state(effects: Mapping[str, Any], channel: str, state: np.ndarray) -> np.ndarray:
    """Log-odds by profile that a first contact adds, moved by age, amount and repeat where learnt.

    Shape (4,) without slopes, else (n, 4); ``state`` (n, 3) as `states`.
    """
    means = np.asarray(effects["channel"][channel], dtype=float)
    slopes = effects.get("slopes", {}).get(channel)
    if slopes is None or not np.any(slopes):
        return means
    return np.asarray(means[None, :] + (state @ np.asarray(slopes, dtype=float))[:, None])


def read(
    points: pd.DataFrame,
    choices: pd.DataFrame,
    beliefs: pd.DataFrame,
    *,
    decay: float,
    floor: float,
) -> Units:
    """Decisions whose month is over, from ``training.decision_points``.

    Parameters
    ----------
    points
        the decisions, as of the day of training.
    choices
        what runs recommended (``pipelines.decided.choices``), with chances and beliefs.
    beliefs
        day, debtor_id and ``p_<profile>`` of some past days, for decisions without a run.
    decay, floor
        what is left of an effect after earlier contacts.

    A contact within a week of another is no decision, since the rest after a contact forbids it;
    answers to what a debtor said are left out (``ANSWERS``), and so is what insolvency ended.
    """
    frame = points.assign(day=pd.to_datetime(points["day"]))
    frame = frame[frame["observed_days"] >= HORIZON + 1]
    rested = frame["days_since_contact"].isna() | (frame["days_since_contact"] >= _RESTING)
    frame = frame[rested & ~frame["action"].isin(ANSWERS)]
    place = pd.Index(CHANNELS).get_indexer(frame["channel"])
    known = (place >= 0) | frame["action"].isna()
    frame = frame[known].sort_values(["debtor_id", "day"]).reset_index(drop=True)
    frame = _with_choices(frame, choices)
    belief = _beliefs(frame, beliefs)
    matrix, recent = _confounders(frame, belief)
    owed = np.maximum(frame["open_eur"].to_numpy(float), 0.01)
    late = frame["cash_90"].to_numpy(float) / owed
    matured = frame["observed_days"].to_numpy(float) >= LATE_HORIZON + 1
    before = frame["cash_before"].to_numpy(float)
    n_contacts = frame["n_contacts"].to_numpy(float)
    channel = pd.Index(CHANNELS).get_indexer(frame["channel"])
    return Units(
        debtor=frame["debtor_id"].astype(str).to_numpy(dtype=object),
        day=frame["day"].to_numpy().astype("datetime64[D]"),
        arm=np.where(channel < 0, 0, channel + 1),
        firm=frame["tone"].isin(FIRM).to_numpy(),
        logged=frame["chance"].to_numpy(float),
        alone=frame["alone"].to_numpy(float),
        asked=pd.Index(CHANNELS).get_indexer(frame["asked"]) + 1,
        asked_chance=frame["asked_chance"].to_numpy(float),
        share=np.clip(frame["cash_30"].to_numpy(float) / owed, 0, 1),
        late_share=np.where(matured, np.clip(late, 0, 1), np.nan),
        cash=frame["cash_30"].to_numpy(float),
        open_eur=owed,
        dose=frame["dose"].to_numpy(float),
        before=before / (before + owed),
        belief=belief,
        state=states(frame["days_overdue"].to_numpy(float), owed, n_contacts),
        matrix=matrix,
        recent=recent,
        tired=np.maximum(decay**n_contacts, floor),
    )


def _with_choices(frame: pd.DataFrame, choices: pd.DataFrame) -> pd.DataFrame:
    """Known chance of what was done: written with the action, or by the run that advised it."""
    chance = pd.to_numeric(frame["propensity"], errors="coerce").to_numpy(float, na_value=np.nan)
    profiles = [f"p_{name}" for name in PROFILES]
    if choices.empty:
        unknown = dict.fromkeys(["alone", "asked_chance", *profiles], np.nan)
        return frame.assign(chance=chance, asked=frame["channel"], **unknown)
    told = choices.assign(day=pd.to_datetime(choices["day"]))
    every = _numbers(told)
    named = every.dropna(subset="number").drop_duplicates("number")
    by_id = named.set_index("number")[["propensity", "propensity_wait"]].astype(float)
    advised = by_id.reindex(frame["recommendation_id"].astype(object)).to_numpy(float)
    chance = np.where(np.isnan(advised[:, 0]), chance, advised[:, 0])
    columns = ["day", "debtor_id", "recommendation_id", "action", "channel", "propensity"]
    columns += ["propensity_wait", *profiles]
    same = frame[["debtor_id", "day"]].merge(
        told[columns].drop_duplicates(["day", "debtor_id"]), on=["day", "debtor_id"], how="left"
    )
    # To wait was decided only where a run advised it: whoever was to be contacted and was not yet
    # waits for want of time, whose chance nobody knows.
    waited = frame["action"].isna().to_numpy() & (same["action"] == "wait").to_numpy()
    unspoken = same["propensity_wait"].to_numpy(float, na_value=np.nan)
    chance = np.where(waited, unspoken, chance)
    alone = np.where(waited, unspoken, advised[:, 1])
    # Asked for and not made that week: it counts by what was asked, as chance decided on that.
    made = every.loc[every["number"].isin(frame["recommendation_id"].dropna()), "recommendation_id"]
    left = frame["action"].isna().to_numpy() & same["channel"].notna().to_numpy()
    left &= ~same["recommendation_id"].isin(made).to_numpy()
    asked = frame["channel"].where(~left, same["channel"].to_numpy(dtype=object))
    wanted = same["propensity"].to_numpy(float, na_value=np.nan)
    return frame.assign(
        chance=chance,
        alone=np.where(left, unspoken, alone),
        asked=asked,
        asked_chance=np.where(left, wanted, chance),
        **{name: same[name].to_numpy() for name in profiles},
    )


def _beliefs(frame: pd.DataFrame, beliefs: pd.DataFrame) -> np.ndarray:
    """Belief on the day, (n, 4): the run's, else the newest known by then, else the prior."""
    names = [f"p_{name}" for name in PROFILES]
    found = frame[names].to_numpy(float, na_value=np.nan)
    if not beliefs.empty:
        past = beliefs.assign(day=pd.to_datetime(beliefs["day"])).sort_values("day")
        asked = frame[["debtor_id", "day"]].reset_index().sort_values("day")
        asked["debtor_id"] = asked["debtor_id"].astype(str)
        past["debtor_id"] = past["debtor_id"].astype(str)
        asked["day"] = asked["day"].astype("datetime64[ns]")
        past["day"] = past["day"].astype("datetime64[ns]")
        near = pd.merge_asof(asked, past[["day", "debtor_id", *names]], on="day", by="debtor_id")
        known = near.sort_values("index")[names].to_numpy(float, na_value=np.nan)
        found = np.where(np.isnan(found), known, found)
    prior = np.asarray([0.4, 0.2, 0.2, 0.2])
    found = np.where(np.isnan(found).any(axis=1, keepdims=True), prior, found)
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def _confounders(frame: pd.DataFrame, belief: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What may drive both the action and the payment; what came in lately stands apart."""

    def number(name: str) -> np.ndarray:
        return frame[name].to_numpy(float, na_value=np.nan)

    since = number("days_since_contact")
    age, owed = np.log1p(number("days_overdue")), np.log1p(number("open_eur"))
    solvency = number("solvency_score")
    habit = (number("n_late") + 1) / (number("n_settled") + 2)
    columns = [
        age, age**2, owed, owed**2, age * owed,
        np.log1p(number("n_claims")), np.log1p(number("n_contacts")), number("n_contacts_45"),
        np.isnan(since), np.log1p(np.nan_to_num(since)), number("stage_rank"),
        number("stage_rank") >= 3, np.nan_to_num(solvency - 50) / 20, np.isnan(solvency),
        habit, np.log1p(number("n_settled")), number("n_refusal"), number("n_no_answer"),
        number("n_cash_wait"), number("n_reached"), *belief.T[1:],
        *[(frame["kind"] == kind).to_numpy() for kind in KINDS],
    ]  # fmt: skip
    paid = number("cash_before")
    recent = [np.log1p(paid), paid > 0]
    return _standardised(columns), _standardised(recent)


def _standardised(columns: list[np.ndarray]) -> np.ndarray:
    matrix = np.stack([np.asarray(column, dtype=float) for column in columns], axis=1)
    if not len(matrix):
        return matrix
    spread = matrix.std(axis=0)
    scaled = (matrix - matrix.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)
    return np.clip(scaled, -4, 4)
