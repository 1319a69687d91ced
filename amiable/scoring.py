"""Scores and choices of a day, some debtors at a time, so that memory does not follow the ledger.

First every claim gets its odds, then what needs all of them is made (cash of the weeks, watch,
what explains the odds), then the rest, tranche by tranche. Nothing that is said of a debtor
depends on the tranche it stands in.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from amiable import courts, ladders, partners
from amiable.acting import Acting, acting_on
from amiable.errors import AmiableError
from amiable.home import Home
from amiable.logs import Steps, warn
from amiable.pricing import PACE, minute_price
from amiable.promotion import earlier_model, model_of
from pipelines import build, forecasts, regrets
from pipelines.door import score_columns
from pipelines.tranches import Tranches, divide

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pandas import DataFrame

    from amiable.ladders import InForce
    from models.litigation.hired import Partners
    from models.litigation.own import Own
    from models.profile.model import ProfileModel
    from models.recovery.model import RecoveryModel
    from models.strategy import Policy

MOST_CLAIMS = 100_000
"""Claims of a tranche, about: a larger ledger is scored in several."""

_FEATURES, _EXTRAS = "features.claim_features", "features.claim_extras"
_OF_DEBTORS = (
    "core.conduct",
    "core.debtors",
    "core.decisions",
    "core.disputes",
    "core.open_claims",
    "core.suits",
    "features.debtor_features",
    "features.debtor_habits",
    "features.open_reactions",
    "features.open_texts",
    "features.queues",
    "staging.contacts",
    "staging.documents",
)
_OF_ALL = ("staging.agents", "staging.creditors")
_STAYS = "training.claim_stays"
_PAST_SUITS, _RIPE = "features.past_suits", "features.ripe_accounts"
SCORED_ON = (
    *(_FEATURES, _EXTRAS, *_OF_DEBTORS, *_OF_ALL, PACE, _STAYS, _PAST_SUITS, _RIPE),
    *(*partners.READ, partners.CHOICES),
)
"""Tables that must stand before a day is scored, beside those of the door."""

_SCORES = (
    "recovery",
    "cash_forecast",
    "ends",
    "watch",
    "regret",
    "profiles",
    "litigation",
    "partners",
    "partner_results",
    "recommendations",
    "worklist",
    "capacity",
    "plan_offers",
    "explanations",
    "levers",
    "effects",
)


def score_day(
    con: DuckDBPyConnection, home: Home, as_of: date, steps: Steps, *, minutes: float | None
) -> dict[str, str]:
    """Fill the tables ``scores`` of a scratch file in which ``SCORED_ON`` stand.

    ``minutes`` replaces every collector's capacity. Returns the version of each model used.
    """
    from models.recovery.ends import ends

    scores = Scores(con)
    from models.strategy.regret import ledger

    past = forecasts.matured(con, home.path, as_of=as_of)
    tranches = divide(con, most_claims=MOST_CLAIMS)
    with steps("recovery"):
        odds = _odds(tranches, scores, home, as_of)
    with steps("cash of the weeks to come"):
        scores.add("cash_forecast", _weeks(tranches, odds, as_of))
    with steps("how claims end"):
        scores.add("ends", ends(build.frame(con, _STAYS)))
    with steps("watch"):
        scores.add("watch", _watched(tranches, odds, past))
    with steps("regret"):
        scores.add("regret", ledger(regrets.decisions(con, home.path, as_of=as_of)))
    _explained(tranches, odds, scores, steps)
    versions = _chosen(tranches, odds, scores, home, as_of, steps, minutes=minutes)
    return {"recovery": odds.version, **versions}


class Scores:
    """The tables ``scores`` of a day, each in the contract's columns without ``as_of``."""

    def __init__(self, con: DuckDBPyConnection) -> None:
        """Make them, empty."""
        self._con = con
        self._columns = {name: score_columns(name) for name in _SCORES}
        for name, columns in self._columns.items():
            build.put(con, f"scores.{name}", columns, [])

    def add(self, name: str, rows: DataFrame) -> None:
        """Add rows to one of them."""
        build.fill(self._con, f"scores.{name}", self._columns[name], rows)


@dataclass(frozen=True, slots=True)
class Odds:
    """The recovery model of a day, None for the published curves, and what it says.

    ``by_tranche`` holds the columns of ``mart.recovery`` of each tranche; ``profile`` what was
    kept of the claims it learnt from; ``alike`` how many claims stand as each lever leaves one.
    """

    model: RecoveryModel | None
    version: str
    profile: dict[str, object] | None
    by_tranche: list[DataFrame]
    alike: Counter[str]

    def of_all(self) -> DataFrame:
        """The odds of all claims, in the order of their ids."""
        import pandas as pd

        if len(self.by_tranche) == 1:
            return self.by_tranche[0]
        whole = pd.concat(self.by_tranche, ignore_index=True)
        return whole.sort_values("claim_id", ignore_index=True)


def _odds(tranches: Tranches, scores: Scores, home: Home, as_of: date) -> Odds:
    from models import recovery
    from models.explanations import levers
    from models.registry import Registry
    from models.training import loaded

    registry = Registry(home.path, home.settings.mlflow_tracking_uri)
    champion = model_of(home, registry, "recovery", as_of)
    model = loaded(champion)
    if champion is not None and model is None:
        warn(earlier_model(champion.version))
        champion = None
    scored: list[DataFrame] = []
    alike: Counter[str] = Counter()
    for tranche in range(len(tranches)):
        features = tranches.frame(_FEATURES, tranche)
        scored.append(recovery.score(model, features, tranches.frame(_EXTRAS, tranche)))
        scores.add("recovery", scored[-1])
        alike.update(levers.standing(features))
    return Odds(
        model,
        champion.version if champion else "prior",
        None if champion is None else champion.records.get("profile"),
        scored,
        alike,
    )


@dataclass(frozen=True, slots=True)
class Believer:
    """The model of profiles of a day, None for the elicited rates; its version; a home's costs."""

    model: ProfileModel | None
    version: str
    costs: dict[str, dict[str, float]]


def check_costs(home: Home) -> None:
    """Refuse a cost of a profile or a word that does not exist, before anything is built.

    Raises
    ------
    AmiableError
        Naming the setting and what is wrong with it.
    """
    from models.profile.decision import UnknownCost, cost_matrix

    try:
        cost_matrix(home.settings.profile_costs)
    except UnknownCost as error:
        raise AmiableError(f"settings.toml, profile_costs: {error}.") from error


def _believer(home: Home, as_of: date) -> Believer:
    from models.profile.model import ProfileModel
    from models.profile.rules import version as rules_version
    from models.registry import Registry

    registry = Registry(home.path, home.settings.mlflow_tracking_uri)
    kept = model_of(home, registry, "profile", as_of)
    model = None if kept is None else ProfileModel.from_parts(kept.parts)
    if kept is not None and model is None:
        warn(earlier_model(kept.version, "profile"))
    version = rules_version() if kept is None or model is None else kept.version
    return Believer(model, version, home.settings.profile_costs)


def _weeks(tranches: Tranches, odds: Odds, as_of: date) -> DataFrame:
    from models.recovery.portfolio import CASH_BY, dated_weeks, weekly_cash

    amounts = tranches.columns(_FEATURES, ["claim_id", "debtor_id", *CASH_BY])
    weeks = weekly_cash(odds.model, amounts, odds.of_all(), as_of=as_of)
    dated: DataFrame = dated_weeks(weeks, as_of)
    return dated


def _watched(tranches: Tranches, odds: Odds, past: DataFrame) -> DataFrame:
    from models import watch

    scored = odds.of_all()
    scored = scored.iloc[:: watch.step(len(scored))]
    features, extras = (tranches.of_claims(n, scored["claim_id"]) for n in (_FEATURES, _EXTRAS))
    watched: DataFrame = watch.watched(odds.model, odds.profile, features, extras, scored, past)
    return watched


def _explained(tranches: Tranches, odds: Odds, scores: Scores, steps: Steps) -> None:
    from models import explain
    from models.explanations.levers import levers

    with steps("explanations", goes_on=True):
        scored = odds.of_all()
        learnt = explain.to_learn_from(odds.model, scored["claim_id"])
        features, extras = (tranches.of_claims(name, learnt) for name in (_FEATURES, _EXTRAS))
        explainer = explain.explainer(odds.model, features, extras, scored)
        del scored, features, extras
    for tranche, scored in enumerate(odds.by_tranche):
        goes_on = tranche < len(tranches) - 1
        with steps("explanations", goes_on=goes_on):
            features = tranches.frame(_FEATURES, tranche)
            extras = tranches.frame(_EXTRAS, tranche)
            scores.add("explanations", explainer.rows(features, extras, scored))
        with steps("levers", goes_on=goes_on):
            changeable = levers(odds.model, features, extras, scored, seen=odds.alike)
            scores.add("levers", changeable)


def _chosen(
    tranches: Tranches,
    odds: Odds,
    scores: Scores,
    home: Home,
    as_of: date,
    steps: Steps,
    *,
    minutes: float | None,
) -> dict[str, str]:
    """Profiles, courses and next actions; the versions of their rules."""
    from models import litigation, strategy

    agents, creditors, days = (build.frame(tranches.con, n) for n in (*_OF_ALL, "law.days"))
    if minutes is not None and not agents.empty:
        agents = agents.assign(minutes_per_day=float(minutes))
    capacity = home.settings.default_minutes_per_day if minutes is None else minutes
    policy = strategy.Policy(tolerance=float(home.settings.tolerance))
    in_use = ladders.in_force(home, as_of)
    acting = acting_on(home, as_of)
    price = minute_price(tranches, odds.by_tranche, agents, capacity, in_use.house, acting)
    policy = replace(policy, minute_price=price)
    believer = _believer(home, as_of)
    scores.add("effects", acting.lines)
    past, ripe = (build.frame(tranches.con, name) for name in (_PAST_SUITS, _RIPE))
    own = litigation.own_outcomes(past, ripe, as_of=as_of)
    due: list[DataFrame] = []
    seats = courts.seats(home)
    hired, listed, results = partners.of_scratch(tranches.con, seats, as_of)
    scores.add("partners", listed)
    scores.add("partner_results", results)
    for tranche, scored in enumerate(odds.by_tranche):
        frames = {name: tranches.frame(name, tranche) for name in _OF_DEBTORS}
        frames |= {"staging.creditors": creditors, "law.days": days}
        frames |= {} if seats is None else {"home.courts": seats}
        goes_on = tranche < len(tranches) - 1
        due.append(
            _advised(
                *(
                    frames,
                    scored,
                    scores,
                    believer,
                    acting,
                    own,
                    hired,
                    policy,
                    in_use,
                    as_of,
                    steps,
                ),
                goes_on=goes_on,
            )
        )
        del frames
    with steps("worklist"):
        day = strategy.planned(due, agents, default_minutes=capacity, as_of=as_of)
        scores.add("worklist", day.worklist)
        scores.add("capacity", day.capacity)
    versions = {"profile": believer.version, "effects": acting.version}
    return {**versions, "strategy": in_use.version}


def _advised(
    frames: dict[str, DataFrame],
    scored: DataFrame,
    scores: Scores,
    believer: Believer,
    acting: Acting,
    own: Own,
    hired: Partners | None,
    policy: Policy,
    in_use: InForce,
    as_of: date,
    steps: Steps,
    *,
    goes_on: bool,
) -> DataFrame:
    """Profiles, courses and next actions of one tranche; its groups to work today."""
    from models import litigation, profile, strategy

    with steps("profiles", goes_on=goes_on):
        profiles, why = profile.score(
            frames["features.debtor_features"],
            frames["features.open_reactions"],
            frames["features.open_texts"],
            frames["core.decisions"],
            as_of=as_of,
            model=believer.model,
            costs=believer.costs,
        )
        scores.add("profiles", profiles)
        scores.add("explanations", why)
        del why
    with steps("litigation", goes_on=goes_on):
        suits = litigation.compare(
            frames["core.suits"],
            frames["core.open_claims"],
            frames["core.debtors"],
            frames["staging.creditors"],
            profiles,
            scored,
            frames["staging.documents"],
            own,
            as_of=as_of,
            seats=frames.get("home.courts"),
            partners=hired,
        )
        scores.add("litigation", suits)
    with steps("strategy", goes_on=goes_on):
        advice = strategy.recommend(
            frames["core.open_claims"],
            frames["core.debtors"],
            frames["core.conduct"],
            profiles,
            scored,
            suits,
            frames["staging.contacts"],
            frames["staging.creditors"],
            frames["core.decisions"],
            frames["law.days"],
            as_of=as_of,
            ladder=in_use.house,
            own=in_use.own,
            policy=policy,
            disputes=frames["core.disputes"],
            habits=frames["features.debtor_habits"],
            effects=acting.mapping,
            queues=frames["features.queues"],
        )
        scores.add("recommendations", advice.recommendations)
        scores.add("plan_offers", advice.plan_offers)
    due: DataFrame = advice.due
    return due
