"""The rules of D4 as masks before the choice, and as a last check after it (fail closed)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from law import conduct
from models.strategy import guards
from models.strategy.facts import CHANNELS, Debtors
from models.strategy.spread import Stamps, alike, firsts, places

#: Letters reach a debtor who is represented through the representative.
TO_REPRESENTATIVE = ("letter", "registered_letter")


@dataclass(frozen=True)
class Calendar:
    """Days on which one may contact, and working days, each sorted."""

    contact: np.ndarray
    working: np.ndarray

    def next_contact(self, days: np.ndarray) -> np.ndarray:
        """First day on which one may contact, from each day on."""
        return _next(self.contact, days)

    def next_working(self, days: np.ndarray) -> np.ndarray:
        """First working day, from each day on."""
        return _next(self.working, days)


def calendar(days: pd.DataFrame) -> Calendar:
    """The calendar of ``law.days``."""
    every = pd.to_datetime(days["day"]).to_numpy().astype("datetime64[D]")
    return Calendar(
        contact=np.sort(every[days["may_contact"].astype(bool).to_numpy()]),
        working=np.sort(every[days["is_working"].astype(bool).to_numpy()]),
    )


def _next(allowed: np.ndarray, days: np.ndarray) -> np.ndarray:
    position = np.searchsorted(allowed, days)
    beyond = position >= len(allowed)
    found = allowed[np.minimum(position, len(allowed) - 1)]
    return np.where(beyond, days, found)


def rested_on(debtors: Debtors, calls: bool, days: Calendar, as_of: date) -> np.ndarray:
    """First day on which one more contact (or call) keeps to the weekly limit.

    Shape (n_debtors,). Where fewer days than contacts are known, the missing ones count as today.
    """
    limits = conduct.limits(as_of)
    most = limits.max_calls_7d if calls else limits.max_contacts_7d
    history = debtors.calls if calls else debtors.contacts
    counts = debtors.n_calls_7d if calls else debtors.n_contacts_7d
    today = np.datetime64(as_of, "D")
    free = np.full(len(debtors), today)
    known = history.count()
    undated = np.maximum(counts - known, 0)
    # The contact leaves the window of seven days on its seventh day after.
    after = np.timedelta64(7, "D")
    free[undated >= most] = today + after
    rows = np.flatnonzero((undated < most) & (undated + known >= most))
    free[rows] = np.maximum(today, history.last(rows, most - undated[rows]) + after)
    return days.next_contact(free)


def channel_codes(channel: np.ndarray) -> np.ndarray:
    """Position of each channel in ``CHANNELS``, −1 for none."""
    return places(channel, CHANNELS)


def open_channels(debtors: Debtors, rank: np.ndarray, as_of: date) -> np.ndarray:
    """Channels that consent, reach, alternation and weekly limits leave open on the day.

    Returns a mask of shape (n_debtors, n_channels) in the order of ``CHANNELS``.
    """
    limits = conduct.limits(as_of)
    mask = np.ones((len(debtors), len(CHANNELS)), dtype=bool)
    at = {name: position for position, name in enumerate(CHANNELS)}
    mask[:, at["email"]] = debtors.has_email & ~debtors.email_refused
    mask[:, at["sms"]] = debtors.has_phone & debtors.sms_allowed
    mask[:, at["phone"]] = debtors.has_phone & (debtors.n_calls_7d < limits.max_calls_7d)
    last_attempt = rank >= conduct.STAGE_RANK["last_attempt"]
    mask[:, at["visit"]] = debtors.allows_visits & ~debtors.as_consumer & last_attempt
    letters = np.isin(CHANNELS, TO_REPRESENTATIVE)
    mask &= ~debtors.represented[:, None] | letters
    # Nobody may contact them, unless through somebody else.
    mask &= ~(debtors.do_not_contact & ~debtors.represented)[:, None]
    mask &= (debtors.n_contacts_7d < limits.max_contacts_7d)[:, None]
    tired = debtors.last_channel_run >= limits.max_running_on_channel
    same = debtors.on_last_channel
    return mask & ~(tired[:, None] & same)


def usable_channels(
    debtors: Debtors, order: np.ndarray, rank: np.ndarray, as_of: date
) -> tuple[np.ndarray, np.ndarray]:
    """Channels that are open, and those of them to choose from; shape (n_debtors, n_channels).

    ``order`` is each channel's place in the ladder's list; one that is not listed is not chosen,
    nor the last one used while another is open (D4).
    """
    mask = open_channels(debtors, rank, as_of)
    usable = mask & (order < len(CHANNELS))
    last = debtors.on_last_channel
    others = (usable & ~last).any(axis=1)
    return mask, usable & ~(others[:, None] & last)


def closed_by(debtors: Debtors, closed: np.ndarray, as_of: date) -> dict[str, np.ndarray]:
    """Rules that closed channels the ladder would have used, each with the debtors it binds.

    ``closed`` has shape (n_debtors, n_channels); the masks have shape (n_debtors,).
    """
    limits = conduct.limits(as_of)
    by = {name: closed[:, position] for position, name in enumerate(CHANNELS)}
    tired = debtors.last_channel_run >= limits.max_running_on_channel
    same = debtors.on_last_channel
    return {
        "contacts_per_week": debtors.n_contacts_7d >= limits.max_contacts_7d,
        "calls_per_week": by["phone"] & (debtors.n_calls_7d >= limits.max_calls_7d),
        "channel_running": (closed & same).any(axis=1) & tired,
        "no_email_consent": by["email"] & debtors.email_refused,
        "no_sms_consent": by["sms"] & ~debtors.sms_allowed,
        "represented": debtors.represented,
        "do_not_contact": debtors.do_not_contact,
        "visit_not_allowed": by["visit"],
    }


def violations(
    debtors: Debtors,
    rows: np.ndarray,
    action: np.ndarray,
    stage: np.ndarray,
    tone: np.ndarray,
    channel: np.ndarray,
    act_on: np.ndarray,
    facts: pd.DataFrame,
) -> np.ndarray:
    """Rules that finished contacts break, as the law itself judges them: bits of `guards`.

    ``rows`` indexes the debtor of each contact; ``facts`` has one row per contact with
    ``notice_expires_on``, ``chaseable``, ``promise_due_on``, ``plan_kept``, ``dates_known`` and
    ``time_barred``, the strictest among its claims. Contacts that are alike in all that the law
    looks at are judged once.
    """
    if len(rows) == 0:
        return guards.none(0)
    since = act_on - np.timedelta64(6, "D")
    again = debtors.last_channel[rows] == channel
    notice, promise = facts["notice_expires_on"].to_numpy(), facts["promise_due_on"].to_numpy()
    cases = {
        "debtor_kind": debtors.kind[rows],
        # Of these four the law asks for their channel alone.
        "allows_visits": debtors.allows_visits[rows] & (channel == "visit"),
        "email_consent": np.where(channel == "email", debtors.email_consent[rows], None),
        "sms_consent": np.where(channel == "sms", debtors.sms_consent[rows], None),
        "last_channel": np.where(again, channel, None),
        "last_channel_run": np.where(again, debtors.last_channel_run[rows], 0),
        "do_not_contact": debtors.do_not_contact[rows],
        "represented": debtors.represented[rows],
        "in_insolvency": pd.notna(debtors.insolvency_kind[rows]),
        "n_contacts_7d": _within(debtors.contacts, debtors.n_contacts_7d, rows, since),
        "n_calls_7d": _within(debtors.calls, debtors.n_calls_7d, rows, since),
        "stage_rank": debtors.stage_rank[rows],
        "tone_rank": debtors.tone_rank[rows],
        # Of these three the law asks only on which side of a bound they stand.
        "formal_notice_expires_on": _beside(notice, act_on),
        "chaseable_amount": np.sign(facts["chaseable"].to_numpy(dtype=float)),
        "promise_due_on": _beside(promise, act_on),
        "plan_kept": facts["plan_kept"].to_numpy(dtype=bool),
        "dates_known": facts["dates_known"].to_numpy(dtype=bool),
        "time_barred": facts["time_barred"].to_numpy(dtype=bool),
    }
    proposed = {
        "action": action,
        "on": act_on.astype("datetime64[D]"),
        "stage": stage,
        "tone": tone,
        "channel": channel,
    }
    group = alike([*cases.values(), *proposed.values()])
    first = firsts(group)
    known = zip(*(values[first].tolist() for values in cases.values()), strict=True)
    what = zip(*(values[first].tolist() for values in proposed.values()), strict=True)
    judged = [
        _judged(dict(zip(cases, context, strict=True)), dict(zip(proposed, act, strict=True)))
        for context, act in zip(known, what, strict=True)
    ]
    return np.asarray(judged, dtype=np.int64)[group]


def _judged(known: dict[str, Any], what: dict[str, Any]) -> np.int64:
    by_letter = bool(known["represented"]) and what["channel"] in TO_REPRESENTATIVE
    told = conduct.violations(
        conduct.DebtorContext(**known), conduct.Action(**what, to_representative=by_letter)
    )
    return guards.bits(told)


def _beside(days: np.ndarray, on: np.ndarray) -> np.ndarray:
    """The day ``on``, or its neighbour on the side on which a day stands; missing stays missing."""
    days = days.astype("datetime64[D]")
    one = np.timedelta64(1, "D")
    beside = on + np.where(days > on, one, np.where(days < on, -one, 0 * one))
    return np.where(np.isnat(days), days, beside)


def _within(known: Stamps, count: np.ndarray, rows: np.ndarray, since: np.ndarray) -> np.ndarray:
    """How many of the contacts fall in the window; those without a day count as inside."""
    return known.since(rows, since) + np.maximum(count - known.count(), 0)[rows]
