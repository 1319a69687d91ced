"""The collectors of a day: who is there, for how long, and whose contacts each may take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from models.litigation.columns import day, number, text
from models.strategy.spread import Marks, marks

ONLY_AGENT = "agent-1"


@dataclass(frozen=True)
class Staff:
    """Collectors in the order of their ids; arrays of shape (n_agents,).

    ``minutes`` of the day, 0 for who is away. Who states no language or queue takes any.
    """

    ids: pd.Index
    minutes: np.ndarray
    is_away: np.ndarray
    languages: Marks
    queues: Marks

    def __len__(self) -> int:
        """How many collectors."""
        return len(self.ids)


@dataclass(frozen=True)
class Kinds:
    """Contacts that the same collectors may take: the kind of each, and who serves which.

    ``of`` has shape (n_contacts,), ``serves`` (n_kinds, n_agents). ``is_kept``: the collector in
    charge stays in charge.
    """

    of: np.ndarray
    serves: np.ndarray
    is_kept: np.ndarray


def staff(
    agents: pd.DataFrame, in_charge: pd.Series, *, default_minutes: float, as_of: date
) -> Staff:
    """Everybody on the list of agents, and whoever is in charge of a claim but on no list.

    Nobody known: one collector. Who states no minutes, or is on no list, works ``default_minutes``.
    """
    listed = agents.assign(agent_id=agents["agent_id"].astype(str)) if len(agents) else agents
    known = set() if agents.empty else set(listed["agent_id"])
    others = sorted(set(in_charge.dropna().astype(str)) - known)
    if not known and not others:
        others = [ONLY_AGENT]
    rows = pd.concat([listed, pd.DataFrame({"agent_id": others}, dtype=object)], ignore_index=True)
    rows = rows.sort_values("agent_id", ignore_index=True)
    today = np.datetime64(as_of, "D")
    start, end = day(rows, "absent_from"), day(rows, "absent_until")
    away = (start <= today) & (np.isnat(end) | (today < end))
    minutes = np.where(away, 0.0, number(rows, "minutes_per_day", default_minutes))
    languages, queues = marks(rows, "languages"), marks(rows, "queues")
    languages = replace(languages, name=_short(languages.name))
    return Staff(pd.Index(rows["agent_id"], dtype=object), minutes, away, languages, queues)


def kinds(lines: pd.DataFrame, team: Staff) -> Kinds:
    """Who may take each contact: the collector in charge, else who speaks the debtor's language.

    ``lines``: agent_id (in charge, or null), language and queue (or null). Where nobody who is
    there serves the queue, whoever speaks the language does; where nobody speaks it, anybody.
    """
    wanted = team.ids.get_indexer(text(lines, "agent_id"))
    there = team.minutes > 0
    # A collector who is away hands over; if all are, everybody keeps what is theirs.
    kept = (wanted >= 0) & (there[wanted] if there.any() else True)
    language, queue = _short(text(lines, "language")), text(lines, "queue")
    said = [np.where(kept, wanted, -1), language, queue]
    codes, each = zip(*(pd.factorize(one, use_na_sentinel=False) for one in said), strict=True)
    # By collector, then language, then queue: sums over kinds always run in this order.
    cell = np.ravel_multi_index(codes, [max(len(some), 1) for some in each])
    _, first, which = np.unique(cell, return_index=True, return_inverse=True)
    serves = np.zeros((len(first), len(team)), dtype=bool)
    for kind, row in enumerate(first):
        if kept[row]:
            serves[kind, wanted[row]] = True
            continue
        speaks = _open_to(team.languages, language[row])
        takes = _open_to(team.queues, queue[row])
        ways = (there & speaks & takes, there & speaks, there, np.ones(len(team), dtype=bool))
        serves[kind] = next(way for way in ways if way.any())
    return Kinds(which, serves, kept)


def _short(names: np.ndarray) -> np.ndarray:
    """Languages by their two letters, however they are written; null stays null.

    >>> _short(np.asarray(["FR", "en-GB", None], dtype=object)).tolist()
    ['fr', 'en', None]
    """
    short = [None if name is None else str(name)[:2].lower() for name in names.tolist()]
    return np.asarray(short, dtype=object)


def _open_to(stated: Marks, name: str | None) -> np.ndarray:
    """Collectors who state this name or none at all; everybody where no name is asked."""
    if name is None:
        return np.ones(stated.n, dtype=bool)
    silent = np.ones(stated.n, dtype=bool)
    silent[stated.row] = False
    return silent | stated.has([name])
