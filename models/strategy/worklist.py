"""The day's work: one line per contact or task, by gain per minute, under the collectors' time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from data_schema.contract import tables
from models.litigation.columns import day, number, text
from models.strategy.conduct import Calendar
from models.strategy.facts import Claims
from models.strategy.situation import NEAR_LIMITATION, REST

ONLY_AGENT = "agent-1"


def due(
    table: pd.DataFrame,
    claims: Claims,
    open_claims: pd.DataFrame,
    creditors: pd.DataFrame,
    days: Calendar,
    *,
    as_of: date,
) -> pd.DataFrame:
    """Groups to work today, or on the first day on which one may: what `worklist` orders.

    ``table`` holds recommendations with their ``family``, one per claim; no group, no column.
    """
    today = np.asarray([np.datetime64(as_of, "D")])
    horizon = max(days.next_contact(today)[0], days.next_working(today)[0]).astype(object)
    rows = table[(table["family"] != REST) & (table["act_on"] <= horizon)]
    if rows.empty:
        return pd.DataFrame()
    in_charge = pd.Series(text(open_claims, "agent_id"), index=open_claims["claim_id"].astype(str))
    usual = {}
    if not creditors.empty:
        usual = dict(zip(creditors["creditor_id"], text(creditors, "agent_id"), strict=True))
    creditor = pd.Series(claims.creditor_ids, index=claims.ids)
    rows = rows.sort_values(["contact_group_id", "claim_id"])
    group = pd.factorize(rows["contact_group_id"])[0]
    starts = np.searchsorted(group, np.arange(group[-1] + 1))
    lead = rows[rows["is_lead"]]
    groups = lead[
        [
            "contact_group_id",
            "debtor_id",
            "claim_id",
            "act_on",
            "action",
            "channel",
            "tone",
            "minutes",
        ]
    ].reset_index(drop=True)
    ids = rows["claim_id"].tolist()
    ends = [*starts[1:], len(ids)]
    groups["claim_ids"] = [ids[first:end] for first, end in zip(starts, ends, strict=True)]
    summed = np.add.reduceat(rows["expected_gain"].to_numpy(dtype=float), starts)
    groups["expected_gain"] = np.rint(summed * 100) / 100
    agent = groups["claim_id"].map(in_charge)
    agent = agent.where(agent.notna(), groups["claim_id"].map(creditor).map(usual))
    groups["agent_id"] = agent
    near = pd.Series(claims.has(NEAR_LIMITATION), index=claims.ids)
    limited = np.logical_or.reduceat(near.loc[rows["claim_id"]].to_numpy(), starts)
    # A day fixed by law comes first: a declaration, a decision to serve, or a limitation that an
    # answer may interrupt.
    dated = np.logical_or.reduceat(rows["is_dated"].to_numpy(dtype=bool), starts)
    dated |= (groups["action"] == "declare_in_insolvency").to_numpy()
    groups["fixed"] = dated | (limited & (groups["expected_gain"] > 0))
    return groups


def in_order(
    parts: Sequence[pd.DataFrame], agents: pd.DataFrame, *, default_minutes: float, as_of: date
) -> pd.DataFrame:
    """Worklist of the groups `due` found in all parts of a day, in the contract's columns."""
    columns = [name for name in tables("out")["worklist"].names if name != "as_of"]
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
    groups = pd.concat(filled, ignore_index=True)
    return worklist(groups, agents, default_minutes=default_minutes, as_of=as_of)[columns]


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
