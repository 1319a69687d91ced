"""The rules of D4 as masks before the choice, and as a last check after it (fail closed)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from law import conduct
from models.strategy.facts import Debtors

CHANNELS = ("email", "sms", "phone", "letter", "registered_letter", "visit")
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
    history = debtors.call_days if calls else debtors.contact_days
    counts = debtors.n_calls_7d if calls else debtors.n_contacts_7d
    today = np.datetime64(as_of, "D")
    free = np.full(len(debtors), today)
    # Only debtors at the limit need their days looked at: few.
    for row in np.flatnonzero(np.maximum(counts, [len(each) for each in history]) >= most):
        known = sorted(np.datetime64(pd.Timestamp(each), "D") for each in history[row])
        known += [today] * (int(counts[row]) - len(known))
        # The contact leaves the window of seven days on its seventh day after.
        free[row] = max(today, known[-most] + np.timedelta64(7, "D"))
    return days.next_contact(free)


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
    same = np.asarray(CHANNELS)[None, :] == debtors.last_channel[:, None].astype(str)
    return mask & ~(tired[:, None] & same)


def closed_by(debtors: Debtors, closed: np.ndarray, as_of: date) -> dict[str, np.ndarray]:
    """Rules that closed channels the ladder would have used, each with the debtors it binds.

    ``closed`` has shape (n_debtors, n_channels); the masks have shape (n_debtors,).
    """
    limits = conduct.limits(as_of)
    by = {name: closed[:, position] for position, name in enumerate(CHANNELS)}
    tired = debtors.last_channel_run >= limits.max_running_on_channel
    same = np.asarray(CHANNELS)[None, :] == debtors.last_channel[:, None].astype(str)
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
) -> list[list[str]]:
    """Rules that finished contacts break, as the law itself judges them; empty lists if none.

    ``rows`` indexes the debtor of each contact; ``facts`` has one row per contact with
    ``notice_expires_on``, ``chaseable``, ``promise_due_on``, ``plan_kept``, ``dates_known`` and
    ``time_barred``, the strictest among its claims.
    """
    broken = []
    plain = {
        name: facts[name].astype(object).where(facts[name].notna(), None).to_numpy(dtype=object)
        for name in facts.columns
    }
    for i, row in enumerate(rows):
        on = act_on[i].astype(object)
        since = np.datetime64(on) - np.timedelta64(6, "D")
        context = conduct.DebtorContext(
            debtor_kind=str(debtors.kind[row]),
            allows_visits=bool(debtors.allows_visits[row]),
            do_not_contact=bool(debtors.do_not_contact[row]),
            represented=bool(debtors.represented[row]),
            email_consent=_said(debtors.email_consent[row]),
            sms_consent=_said(debtors.sms_consent[row]),
            in_insolvency=debtors.insolvency_kind[row] is not None,
            n_contacts_7d=_within(
                debtors.contact_days[row], int(debtors.n_contacts_7d[row]), since
            ),
            n_calls_7d=_within(debtors.call_days[row], int(debtors.n_calls_7d[row]), since),
            last_channel=debtors.last_channel[row],
            last_channel_run=int(debtors.last_channel_run[row]),
            stage_rank=int(debtors.stage_rank[row]),
            tone_rank=int(debtors.tone_rank[row]),
            formal_notice_expires_on=_day(plain["notice_expires_on"][i]),
            chaseable_amount=plain["chaseable"][i],
            promise_due_on=_day(plain["promise_due_on"][i]),
            plan_kept=bool(plain["plan_kept"][i]),
            dates_known=bool(plain["dates_known"][i]),
            time_barred=bool(plain["time_barred"][i]),
        )
        proposed = conduct.Action(
            action=action[i],
            on=on,
            stage=stage[i],
            tone=tone[i],
            channel=channel[i],
            to_representative=bool(debtors.represented[row]) and channel[i] in TO_REPRESENTATIVE,
        )
        broken.append(conduct.violations(context, proposed))
    return broken


def _said(value: object) -> bool | None:
    return None if value is None else bool(value)


def _day(value: object) -> date | None:
    return None if value is None else pd.Timestamp(value).date()


def _within(days: list[object], count: int, since: np.datetime64) -> int:
    """How many of the known days fall in the window; contacts without a day count as inside."""
    if not days:
        return count
    inside = sum(np.datetime64(pd.Timestamp(each), "D") >= since for each in days)
    return int(inside) + max(count - len(days), 0)
