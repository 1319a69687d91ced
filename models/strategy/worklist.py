"""The day's work: one line per contact or task, what fits the time, and the cut line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from data_schema.contract import tables
from models.litigation.columns import text
from models.strategy.allocation import Options, fill, prices
from models.strategy.conduct import Calendar
from models.strategy.facts import Claims, Debtors
from models.strategy.proposal import Proposal
from models.strategy.situation import NEAR_LIMITATION, REST
from models.strategy.spread import firsts
from models.strategy.staff import Kinds, Staff, kinds, staff

#: Why a line is below the cut: its collector is away, it is not worth its cost, or time is short.
AWAY, NO_GAIN, NO_TIME = "away", "no_gain", "no_time"
_HOUR = 60.0
#: What a group takes over from its lead.
_OF_GROUP = [
    "contact_group_id",
    "debtor_id",
    "claim_id",
    "act_on",
    "action",
    "channel",
    "tone",
    "minutes",
]


@dataclass(frozen=True)
class Day:
    """``worklist`` and ``capacity`` in the contract's columns without ``as_of``."""

    worklist: pd.DataFrame
    capacity: pd.DataFrame


def due(
    table: pd.DataFrame,
    final: Proposal,
    claims: Claims,
    debtors: Debtors,
    creditors: pd.DataFrame,
    queues: pd.DataFrame,
    days: Calendar,
    *,
    as_of: date,
) -> pd.DataFrame:
    """Groups to work today, or on the first day on which one may: what `planned` orders.

    ``table`` holds the recommendations that the ``final`` proposal came to, one per claim in the
    order of the claims; ``queues`` claim_id and queue. No group, no column.
    """
    today = np.asarray([np.datetime64(as_of, "D")])
    horizon = max(days.next_contact(today)[0], days.next_working(today)[0])
    place = np.flatnonzero((final.family != REST) & (final.act_on <= horizon))
    if len(place) == 0:
        return pd.DataFrame()
    usual = {}
    if not creditors.empty:
        usual = dict(zip(creditors["creditor_id"], text(creditors, "agent_id"), strict=True))
    # Claims stand in the order of their ids, and keep it within their group.
    place = place[table["contact_group_id"].iloc[place].argsort(kind="stable").to_numpy()]
    rows = table[[*_OF_GROUP, "is_lead", "expected_gain", "is_dated", "is_decided"]].iloc[place]
    starts = firsts(pd.factorize(rows["contact_group_id"])[0])
    leads = rows["is_lead"].to_numpy(dtype=bool)
    groups = rows.loc[leads, _OF_GROUP].reset_index(drop=True)
    ids = rows["claim_id"].tolist()
    ends = [*starts[1:], len(ids)]
    groups["claim_ids"] = [ids[first:end] for first, end in zip(starts, ends, strict=True)]
    summed = np.add.reduceat(rows["expected_gain"].to_numpy(dtype=float), starts)
    groups["expected_gain"] = np.rint(summed * 100) / 100
    lead = place[leads]
    agent = pd.Series(claims.agent_ids[lead], dtype=object)
    others = pd.Series(claims.creditor_ids[lead], dtype=object).map(usual)
    groups["agent_id"] = agent.where(agent.notna(), others)
    groups["language"] = debtors.language[claims.of[lead]]
    named = pd.DataFrame({"claim_id": [], "queue": []}) if queues.empty else queues
    groups["queue"] = groups["claim_id"].map(named.set_index("claim_id")["queue"]).astype(object)
    limited = np.logical_or.reduceat(claims.has(NEAR_LIMITATION)[place], starts)
    # A day fixed by law comes first: a declaration, a decision to serve, or a limitation that an
    # answer may interrupt; so does what a person decided, whatever we think of its gain.
    dated = np.logical_or.reduceat(rows["is_dated"].to_numpy(dtype=bool), starts)
    dated |= (groups["action"] == "declare_in_insolvency").to_numpy()
    dated |= np.logical_or.reduceat(rows["is_decided"].to_numpy(dtype=bool), starts)
    groups["fixed"] = dated | (limited & (groups["expected_gain"] > 0))
    return groups


def in_order(
    parts: Sequence[pd.DataFrame], agents: pd.DataFrame, *, default_minutes: float, as_of: date
) -> pd.DataFrame:
    """Worklist of the groups `due` found in all parts of a day, in the contract's columns."""
    return planned(parts, agents, default_minutes=default_minutes, as_of=as_of).worklist


def planned(
    parts: Sequence[pd.DataFrame], agents: pd.DataFrame, *, default_minutes: float, as_of: date
) -> Day:
    """Who does what today, and where the time ends.

    Parameters
    ----------
    parts
        what `due` found in the parts of a day: one row per contact or task, with agent_id (in
        charge, or null), language, queue, expected_gain (EUR), minutes and fixed (bool: a legal
        deadline or a person's decision, done first whatever its gain).
    agents
        rows of ``agents``; empty: one collector.
    default_minutes
        minutes a day of collectors who state none.

    Returns
    -------
    Day
        Lines within the time come first, legal deadlines before all, then by gain a minute.
    """
    filled = [part for part in parts if len(part)]
    lines = pd.concat(filled, ignore_index=True) if filled else _nothing()
    lines = lines.sort_values("contact_group_id", ignore_index=True)
    gain, minutes = (lines[name].to_numpy(dtype=float) for name in ("expected_gain", "minutes"))
    fixed = lines["fixed"].to_numpy(dtype=bool)
    rate = gain / np.maximum(minutes, 0.5)
    team = staff(agents, lines["agent_id"], default_minutes=default_minutes, as_of=as_of)
    who = kinds(lines, team)
    best_first = np.lexsort((-rate, ~fixed))
    options = Options(np.arange(len(lines)), gain, minutes)
    price, _ = prices(options, who.of, who.serves, team.minutes)
    agent = _dealt(best_first, gain, minutes, who, team, price)
    within = np.zeros(len(lines), dtype=bool)
    for place in range(len(team)):
        rows = best_first[agent[best_first] == place]
        within[rows] = _kept(gain[rows], minutes[rows], fixed[rows], team.minutes[place])
    order = np.lexsort((-rate, ~within, ~fixed))
    because = np.where(gain > 0, np.where(team.is_away[agent], AWAY, NO_TIME), NO_GAIN)
    lines = lines.assign(
        agent_id=team.ids.to_numpy()[agent],
        gain_per_minute=rate,
        within_capacity=within,
        left_because=np.where(within, None, because),
    )
    lines = lines.iloc[order].assign(rank=np.arange(1, len(lines) + 1))
    capacity = _cut_lines(gain, minutes, within, agent, who, team).assign(minute_price=price)
    return Day(lines[_names("worklist")].reset_index(drop=True), capacity[_names("capacity")])


def _names(table: str) -> list[str]:
    return [name for name in tables("out")[table].names if name != "as_of"]


def _nothing() -> pd.DataFrame:
    columns = [*_names("worklist"), "language", "queue", "fixed"]
    return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})


def _dealt(
    best_first: np.ndarray,
    gain: np.ndarray,
    minutes: np.ndarray,
    who: Kinds,
    team: Staff,
    price: np.ndarray,
) -> np.ndarray:
    """Collector of each line: the one in charge, else who has most time left, best lines first.

    Time counts as taken by what a collector in charge has that is worth it at the price of the
    minute. Once nobody who may take a kind of contact has time left, the rest of it goes round.
    """
    able = [np.flatnonzero(serves) for serves in who.serves]
    agent = np.asarray([each[0] for each in able], dtype=int)[who.of]
    worth = gain > price[agent] * minutes
    own = who.is_kept & worth
    left = team.minutes - np.bincount(agent[own], minutes[own], len(team))
    turn = np.zeros(len(able), dtype=int)
    for row in best_first[~who.is_kept[best_first]]:
        kind = who.of[row]
        most = able[kind][left[able[kind]].argmax()]
        if gain[row] > 0 and left[most] >= minutes[row]:
            left[most] -= minutes[row]
        else:
            most = able[kind][turn[kind] % len(able[kind])]
            turn[kind] += 1
        agent[row] = most
    return agent


def _kept(gain: np.ndarray, minutes: np.ndarray, fixed: np.ndarray, time: float) -> np.ndarray:
    """Lines of one collector that fit: deadlines first, then the others, the best of each."""
    kept = np.zeros(len(gain), dtype=bool)
    # A deadline is worth a cent at least: all are kept where all fit.
    worth = np.where(fixed, np.maximum(gain, 0.01), gain)
    for some in (np.flatnonzero(fixed), np.flatnonzero(~fixed)):
        if len(some):
            left = time - minutes[kept].sum()
            plan = fill(Options(np.arange(len(some)), worth[some], minutes[some]), left)
            kept[some[plan.taken]] = True
    return kept


def _cut_lines(
    gain: np.ndarray,
    minutes: np.ndarray,
    within: np.ndarray,
    agent: np.ndarray,
    who: Kinds,
    team: Staff,
) -> pd.DataFrame:
    """One row per collector: the time, what it brings, and what one more hour would bring."""
    n = len(team)
    beyond = ~within & (gain > 0)
    rate = gain / np.maximum(minutes, 0.5)
    hour = np.zeros(n)
    for place in range(n):
        mine = np.flatnonzero(beyond & who.serves[who.of, place])
        mine = mine[np.argsort(-rate[mine], kind="stable")]
        ends = np.cumsum(minutes[mine])
        part = np.clip(_HOUR - (ends - minutes[mine]), 0.0, None) / np.maximum(minutes[mine], 0.5)
        hour[place] = (gain[mine] * np.minimum(part, 1.0)).sum()
    return pd.DataFrame(
        {
            "agent_id": team.ids.to_numpy(),
            "minutes": team.minutes,
            "is_away": team.is_away,
            "planned_minutes": np.bincount(agent[within], minutes[within], n),
            "planned_gain": np.bincount(agent[within], gain[within], n).round(2),
            "n_within": np.bincount(agent[within], minlength=n),
            "n_no_time": np.bincount(agent[beyond], minlength=n),
            "n_no_gain": np.bincount(agent[~within & ~beyond], minlength=n),
            "gain_beyond": np.bincount(agent[beyond], gain[beyond], n).round(2),
            "next_hour": hour.round(2),
        }
    )
