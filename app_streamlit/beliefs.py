"""What the screens may ask of the hypotheses about debtors: sizes, history, parts, trials."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from app_streamlit import clock, desk
from models.model_files import RegistryError
from models.profile import belief, decision, evidence, people, rules, scoring
from pipelines.errors import EarlierVersion
from pipelines.journal import Entry

if TYPE_CHECKING:
    from models.profile.model import ProfileModel
    from pipelines.days import Day

NAMES = rules.rules().profiles
_COLUMNS = [f"p_{name}" for name in NAMES]


def segments() -> pd.DataFrame:
    """Words said of debtors: word, n, share, n_claims, open_eur, mean_certainty."""
    return desk.ask("segments")


def debtors_of(word: str) -> pd.DataFrame:
    """Debtors of whom a word is said, the most euros first; at most 500."""
    return desk.ask("segment_debtors", word=word)


def migration(since: Day) -> pd.DataFrame:
    """Words said on an earlier day and now: word_before, word_now, n, eur_before, eur_now."""
    return desk.ask_both("migration", since)


def rates() -> pd.DataFrame:
    """How often each word is said, by group of debtors; empty for a day before that table."""
    return desk.ask_if_held("profile_rates")


def history(debtor_id: str) -> pd.DataFrame:
    """The belief about a debtor on each published day up to the one looked at, oldest first."""
    path = desk.published_file()
    if path is None:
        return pd.DataFrame()
    asked = {"debtor_id": debtor_id, "as_of": desk.day()}
    try:
        return desk.asked(str(path), "profile_history", tuple(sorted(asked.items())))
    except EarlierVersion:
        return pd.DataFrame()


@dataclass(frozen=True)
class InUse:
    """The model behind the day's beliefs: None for the elicited rates, or if it is not read."""

    model: ProfileModel | None
    is_read: bool

    @property
    def limits(self) -> np.ndarray | None:
        """Conformal limits, (4,); None without them."""
        return None if self.model is None else self.model.limits


def in_use() -> InUse:
    """The model that the run looked at was made with."""
    version = json.loads(desk.run()["models"]).get("profile", "")
    return _in_use(str(desk.home().path), str(version))


@st.cache_resource(max_entries=3, show_spinner=False)
def _in_use(home: str, version: str) -> InUse:
    from models.profile.model import ProfileModel

    if version == rules.version():
        return InUse(None, is_read=True)
    try:
        model = ProfileModel.from_parts(desk.registry().load("profile", version).parts)
    except RegistryError:
        return InUse(None, is_read=False)
    return InUse(model, is_read=model is not None)


def parts(told: dict[str, Any], target: str) -> pd.DataFrame:
    """What the belief in one hypothesis is the sum of, the largest part first.

    Columns feature, reason_group, value, contribution, base_value, in probability; the likeliest
    is read as published, another computed. Empty where it cannot be.
    """
    rows = desk.ask("profile_parts", debtor_id=told["debtor_id"])
    stored = rows[rows["target"] == f"p_{target}"]
    if not stored.empty or rows.empty or not in_use().is_read:
        return stored
    try:
        found = _parts(str(desk.snapshot()), str(told["debtor_id"]))
    except EarlierVersion:
        return stored
    found = found[found["target"] == f"p_{target}"]
    gap = found["base_value"].iloc[0] + found["contribution"].sum() - told[f"p_{target}"]
    # Parts that do not add up to what was published explain something else.
    return found if abs(gap) < 1e-6 else stored


@st.cache_data(max_entries=50, show_spinner=False)
def _parts(path: str, debtor_id: str) -> pd.DataFrame:
    day = scoring.believed(
        desk.ask("debtor_features", debtor_id=debtor_id),
        desk.ask("debtor_reactions", debtor_id=debtor_id),
        desk.ask("debtor_texts", debtor_id=debtor_id),
        desk.ask("debtor_decisions", debtor_id=debtor_id),
        as_of=desk.day(),
        model=in_use().model,
    )
    whole = scoring.explain(day, debtor_id)
    value = dict(zip(day.told.names, day.values()[0], strict=True))
    whole["value"] = whole["feature"].map(value)
    size = whole["contribution"].abs()
    rank = size.groupby(whole["target"]).rank(method="first", ascending=False)
    shown = whole[(rank <= evidence.MOST_SHOWN) & (size >= evidence.WORTH_SAYING)]
    rest = whole.drop(shown.index).groupby(["target", "base_value"])["contribution"].sum()
    small = rest.reset_index().assign(feature=evidence.SMALL, reason_group="small")
    made = pd.concat([shown, small], ignore_index=True)
    return made.iloc[made["contribution"].abs().argsort(kind="stable")[::-1]]


@dataclass(frozen=True)
class Updated:
    """The belief once the answers given since the run are counted.

    ``p`` (4,); ``word`` said of it; ``answers`` (question name, answer code) counted;
    ``questions`` those left: (name, share of the doubt that the answer is expected to take away),
    the one to ask first.
    """

    p: np.ndarray
    word: str
    answers: tuple[tuple[str, str], ...]
    questions: tuple[tuple[str, float], ...]


def updated(told: dict[str, Any]) -> Updated:
    """What the next run will publish of a debtor if nothing else is learnt."""
    p = np.array([float(told[name]) for name in _COLUMNS])
    known = desk.ask("debtor_decisions", debtor_id=told["debtor_id"])
    before = {_name(question) for question in known["question"][known["kind"] == "answer"]}
    given: dict[str, str] = {}
    if desk.looked_at() is None:
        for entry in desk.journal().standing(as_of=desk.day()):
            name = _name(entry.payload.get("question"))
            answer = entry.payload.get("answer")
            mine = entry.kind == "answer" and entry.subject_id == told["debtor_id"]
            # One answered anew replaces what the run counted: only the next run can tell.
            if mine and name and name not in before and answer in _question(name).answers:
                given[name] = str(answer)
    for name, answer in given.items():
        p = people.updated(p, name, answer)
    left = [each for each in rules.rules().questions if each.name not in {*before, *given}]
    doubt = float(-np.sum(p * np.log(np.maximum(p, 1e-12))))
    worth = [float(belief.information(p[None], each.likelihoods)[0]) for each in left]
    shares = [min(gain / doubt, 1.0) if doubt > 1e-9 else 0.0 for gain in worth]
    word = str(told["profile"]) if not given else str(_said(p))
    # As in a run: the own question of the word said, then by what the answer would settle.
    pairs = zip(left, shares, strict=True)
    ordered = sorted(pairs, key=lambda pair: (pair[0].of != word or not pair[1], -pair[1]))
    return Updated(p, word, tuple(given.items()), tuple((q.name, s) for q, s in ordered))


def answer_entry(debtor_id: str, question: str, answer: str, actor: str) -> Entry:
    """The entry of an answer; the next run counts it."""
    return Entry(
        at=clock.now(),
        as_of=desk.day(),
        actor=actor,
        subject_type="debtor",
        subject_id=debtor_id,
        kind="answer",
        payload={"debtor_id": debtor_id, "question": question, "answer": answer},
        run_id=desk.run()["run_id"],
    )


def costs() -> np.ndarray:
    """Costs in force, (4, 5); raises ``UnknownCost`` naming what the settings got wrong."""
    return decision.cost_matrix(desk.home().settings.profile_costs)


def house_costs() -> np.ndarray:
    """Costs of a home that changed none, (4, 5)."""
    return decision.cost_matrix()


def effect(tried: np.ndarray) -> pd.DataFrame:
    """What other costs would say of the day's debtors, beside the costs in force.

    One row per word: word, n_before, n, expected_errors, disorganised_in_it; ``attrs["moved"]``
    is how many debtors change word.
    """
    return _effect(str(desk.snapshot()), tried.tolist(), costs().tolist())


@st.cache_data(max_entries=20, show_spinner=False)
def _effect(path: str, tried: list[list[float]], in_force: list[list[float]]) -> pd.DataFrame:
    beliefs = desk.ask("beliefs")
    limits = in_use().limits
    p = beliefs[_COLUMNS].to_numpy(dtype=float)
    before, after = (decision.decide(p, np.array(each), limits) for each in (in_force, tried))
    made = decision.effect(beliefs, np.array(tried), limits)
    made["n_before"] = [int((before == word).sum()) for word in made["word"]]
    made.attrs["moved"] = int((before != after).sum())
    return made


def _said(p: np.ndarray) -> str:
    return str(decision.decide(p[None], costs(), in_use().limits)[0])


def _name(question: object) -> str:
    """The name of a question told by its name or its text; empty for another."""
    for each in rules.rules().questions:
        if each.is_told_by(question):
            return each.name
    return ""


def _question(name: str) -> rules.Question:
    return next(each for each in rules.rules().questions if each.name == name)
