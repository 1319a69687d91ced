"""D4 counted from the books alone: what a court bailiff with a calendar would find.

Written apart from `law.conduct` and from what policies keep of a debtor, so that neither's
mistakes hide here. Everything is read from canonical tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from law.calendar import may_contact

_RANK = {"reminder": 1, "firm_reminder": 2, "formal_notice": 3, "last_attempt": 4, "litigation": 5}
_TONE = {"helpful": 1, "courteous": 2, "firm": 3, "formal": 4}
_CHASES = ("remind", "call", "formal_notice", "visit", "third_party", "sue")
_DAY = pd.Timedelta(days=1)
_NEVER = pd.Timestamp("2200-01-01")


def violations(tables: Mapping[str, pd.DataFrame], since: date) -> Counter[str]:
    """Rules of D4 broken by contacts made from ``since`` on, by rule; empty if none.

    ``tables`` are canonical frames of the whole ledger; every day in them is known.
    """
    actions = tables["actions"]
    if actions.empty:
        return Counter()
    claims = tables["claims"].set_index("claim_id")
    contacts = _contacts(actions, claims["debtor_id"])
    ends = _ends_of_episodes(tables, claims["debtor_id"])
    shut = _Shut(tables)
    paid_on = _paid_on(tables, claims)
    people = tables["debtors"].set_index("debtor_id").to_dict("index")
    broken: Counter[str] = Counter()
    start = pd.Timestamp(since)
    for debtor, rows in contacts.groupby("debtor_id", sort=False):
        file = _File(people[debtor], ends.get(debtor, []), paid_on)
        for contact in rows.to_dict("records"):
            found = file.judge(contact, shut)
            if contact["at"] >= start:
                broken.update(found)
    return +broken


def _contacts(actions: pd.DataFrame, debtor: pd.Series) -> pd.DataFrame:
    """One row per contact, its claims as a list, in order of time."""
    rows = actions.assign(debtor_id=actions["claim_id"].map(debtor))
    grouped = rows.groupby(["debtor_id", "contact_group_id", "at"], sort=False)
    columns = ["channel", "stage", "tone", "action", "received_on"]
    each = grouped[columns].first()
    each["claim_ids"] = grouped["claim_id"].agg(list)
    return each.reset_index().sort_values("at", kind="stable")


def _ends_of_episodes(
    tables: Mapping[str, pd.DataFrame], debtor: pd.Series
) -> dict[str, list[pd.Timestamp]]:
    said = tables["interactions"]
    hardship = said[said["outcome"] == "hardship"] if len(said) else said
    pairs = [
        (tables["disputes"], "opened_on"),
        (tables["promises"], "made_on"),
        (tables["plans"], "agreed_on"),
        (hardship, "at"),
    ]
    ends: dict[str, list[pd.Timestamp]] = {}
    for frame, column in pairs:
        for claim, day in zip(frame["claim_id"], frame[column], strict=True):
            ends.setdefault(debtor[claim], []).append(pd.Timestamp(day).normalize())
    return ends


def _paid_on(tables: Mapping[str, pd.DataFrame], claims: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """Day on which each claim was paid in full."""
    rows = tables["payments"].sort_values("paid_on", kind="stable")
    total = rows.groupby("claim_id")["amount"].cumsum()
    whole = rows[np.rint(total * 100) >= np.rint(rows["claim_id"].map(claims["amount"]) * 100)]
    return dict(whole.groupby("claim_id")["paid_on"].min())


def _refused(consent: object) -> bool:
    return bool(pd.notna(consent)) and not consent


class _Shut:
    """Stretches in which nothing may chase a claim, and debtors in proceedings."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._stretches: dict[str, list[tuple[str, pd.Timestamp, pd.Timestamp]]] = {}
        self._add("disputed_part", tables["disputes"], "opened_on", "closed_on")
        promises = tables["promises"]
        if len(promises):
            ends = promises["kept_on"].fillna(promises["due_on"] + _DAY)
            self._add("promise_running", promises.assign(end=ends), "made_on", "end")
        self._add("plan_kept", tables["plans"], "agreed_on", "broken_on")
        opened = tables["insolvencies"]
        self.insolvent = dict(zip(opened["debtor_id"], opened["opened_on"], strict=True))

    def _add(self, rule: str, frame: pd.DataFrame, first: str, last: str) -> None:
        for claim, begin, end in zip(frame["claim_id"], frame[first], frame[last], strict=True):
            stretch = (rule, pd.Timestamp(begin), _NEVER if pd.isna(end) else pd.Timestamp(end))
            self._stretches.setdefault(claim, []).append(stretch)

    def rules(self, claim_ids: list[str], day: pd.Timestamp) -> set[str]:
        """Rules that a chase on the day breaks; what began the same day may not be known yet."""
        return {
            rule
            for claim in claim_ids
            for rule, begin, end in self._stretches.get(claim, [])
            if begin < day < end
        }


class _File:
    """One debtor's contacts so far."""

    def __init__(
        self,
        debtor: Mapping[str, object],
        ends: list[pd.Timestamp],
        paid_on: Mapping[str, pd.Timestamp],
    ) -> None:
        self.debtor, self.ends, self.paid_on = debtor, sorted(ends), paid_on
        self.days: list[tuple[pd.Timestamp, str]] = []
        self.rank = self.tone = 0
        self.last: pd.Timestamp | None = None
        self.notice_ends: pd.Timestamp | None = None
        self.chased: set[str] = set()

    def judge(self, contact: dict[str, object], shut: _Shut) -> set[str]:
        """Rules that this contact breaks; then it is part of the file."""
        at = pd.Timestamp(contact["at"])
        day, channel = at.normalize(), str(contact["channel"])
        self._turn(day)
        action, stage = str(contact["action"]), str(contact["stage"])
        broken = set()
        if action in _CHASES:
            broken |= self._ladder(action, stage, contact["tone"], channel, day)
            broken |= shut.rules(contact["claim_ids"], day)
            opened = shut.insolvent.get(self.debtor_id(contact), _NEVER)
            broken |= {"debtor_insolvent"} if opened < day else set()
        if action != "sue":
            broken |= self._reach(at, day, channel)
            self.days.append((day, channel))
        self.rank = max(self.rank, _RANK.get(stage, 0))
        self.tone = max(self.tone, _TONE.get(str(contact["tone"]), 0))
        if action == "formal_notice":
            received = contact["received_on"]
            arrives = day if pd.isna(received) else pd.Timestamp(received)
            self.notice_ends = arrives + 8 * _DAY
        self.chased |= set(contact["claim_ids"])
        self.last = day
        return broken

    @staticmethod
    def debtor_id(contact: Mapping[str, object]) -> str:
        """Whose contact it is."""
        return str(contact["debtor_id"])

    def _turn(self, day: pd.Timestamp) -> None:
        """Begin a new episode where one ended since the last contact, that day included."""
        if self.last is None:
            return
        paid = [self.paid_on.get(claim, _NEVER) for claim in self.chased]
        done = max(paid, default=_NEVER)
        # Payment in full is that of all that was ever chased, in episodes before too.
        if done < day:
            self.chased = set()
        if done < day or any(self.last <= end < day for end in self.ends):
            self.rank = self.tone = 0

    def _ladder(
        self, action: str, stage: str, tone: object, channel: str, day: pd.Timestamp
    ) -> set[str]:
        broken = set()
        rank = _RANK.get(stage)
        if stage == "third_party" or action == "third_party":
            broken |= {"third_party_too_early"} if self.rank < 2 else set()
        elif rank is not None:
            broken |= {"stage_falls"} if rank < self.rank else set()
            broken |= {"stage_skipped"} if rank > self.rank + 1 else set()
        if _TONE.get(str(tone), 9) < self.tone:
            broken.add("tone_falls")
        if stage == "last_attempt" and channel not in ("phone", "letter", "visit", "email"):
            broken.add("last_attempt_channel")
        if action == "formal_notice" and channel != "registered_letter":
            broken.add("formal_notice_channel")
        if action == "sue" and (self.notice_ends is None or self.notice_ends > day):
            broken.add("formal_notice_running")
        return broken

    def _reach(self, at: pd.Timestamp, day: pd.Timestamp, channel: str) -> set[str]:
        broken = set()
        if not may_contact(day.date()):
            broken.add("no_contact_day")
        if not 8 <= at.hour < 20:
            broken.add("outside_hours")
        week = [each for when, each in self.days if (day - when).days < 7]
        if len(week) >= 3:
            broken.add("contacts_per_week")
        if channel == "phone" and week.count("phone") >= 2:
            broken.add("calls_per_week")
        if [each for _, each in self.days[-2:]] == [channel] * 2:
            broken.add("channel_running")
        posted = channel in ("letter", "registered_letter")
        lawyer = bool(pd.notna(self.debtor["represented_by"]))
        if lawyer and not posted:
            broken.add("represented")
        if self.debtor["do_not_contact"] and not (lawyer and posted):
            broken.add("do_not_contact")
        if channel == "email" and _refused(self.debtor["email_consent"]):
            broken.add("no_email_consent")
        asked, kind = self.debtor["sms_consent"], self.debtor["kind"]
        silent = kind in ("consumer", "unknown") and pd.isna(asked)
        if channel == "sms" and (_refused(asked) or silent):
            broken.add("no_sms_consent")
        if channel == "visit":
            broken.add("visit_not_allowed")
        return broken
