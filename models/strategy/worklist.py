"""The day's work: one line per contact or task, by gain per minute, under the collectors' time."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from models.litigation.columns import day, number

ONLY_AGENT = "agent-1"


def worklist(
    groups: pd.DataFrame, agents: pd.DataFrame, *, default_minutes: float, as_of: date
) -> pd.DataFrame:
    """Order the groups.

    Parameters
    ----------
    groups
        one row per contact or task due: contact_group_id, debtor_id, claim_id, claim_ids,
        act_on, action, channel, tone, expected_gain (EUR), minutes, agent_id (wanted, or null),
        fixed (bool: a legal deadline, done first whatever its gain).
    agents
        rows of ``agents``; empty: one agent.
    default_minutes
        minutes a day of agents who state none.

    Returns
    -------
    DataFrame
        columns of ``mart.worklist`` without ``as_of``; a line is within capacity as long as the
        agent's minutes last and acting is worth more than waiting.
    """
    minutes = groups["minutes"].to_numpy(dtype=float)
    gain = groups["expected_gain"].to_numpy(dtype=float)
    fixed = groups["fixed"].to_numpy(dtype=bool)
    rate = gain / np.maximum(minutes, 0.5)
    ids = groups["contact_group_id"].to_numpy(dtype=object).astype(str)
    order = np.lexsort((ids, -rate, ~fixed))
    lines = groups.iloc[order].reset_index(drop=True)
    lines = lines.assign(gain_per_minute=rate[order], rank=np.arange(1, len(lines) + 1))
    capacity = _capacity(agents, default_minutes, as_of)
    lines = lines.assign(agent_id=_share(lines["agent_id"], capacity))
    spent = lines.groupby("agent_id")["minutes"].cumsum()
    limit = lines["agent_id"].map(capacity).fillna(default_minutes)
    worth = (lines["expected_gain"] > 0) | lines["fixed"]
    return lines.assign(within_capacity=(spent <= limit) & worth)


def _capacity(agents: pd.DataFrame, default_minutes: float, as_of: date) -> dict[str, float]:
    """Minutes of each agent on the day; nobody known: one agent."""
    if agents.empty:
        return {ONLY_AGENT: default_minutes}
    today = np.datetime64(as_of, "D")
    start, end = day(agents, "absent_from"), day(agents, "absent_until")
    absent = (start <= today) & (np.isnat(end) | (today < end))
    minutes = np.where(absent, 0.0, number(agents, "minutes_per_day", default_minutes))
    known = zip(agents["agent_id"].astype(str), minutes, strict=True)
    return dict(sorted(known))


def _share(wanted: pd.Series, capacity: dict[str, float]) -> np.ndarray:
    """Keep the collector in charge when present; deal the rest out in turn, best lines first."""
    present = [name for name, minutes in capacity.items() if minutes > 0] or list(capacity)
    given = wanted.astype(object).where(wanted.notna(), None).to_numpy(dtype=object)
    # Somebody named on a claim but on no list of agents works the default day.
    keep = np.asarray(
        [name is not None and (name in present or name not in capacity) for name in given],
        dtype=bool,
    )
    turn = np.cumsum(~keep) - 1
    return np.where(keep, given, np.asarray(present, dtype=object)[turn % len(present)])
