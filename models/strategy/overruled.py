"""A person's override in place of the policy's choice, never in place of a rule of conduct."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from law import conduct
from models.strategy.choice import LAST, STAGES, TONES
from models.strategy.facts import Claims, Debtors
from models.strategy.proposal import Proposal, is_one_of
from models.strategy.situation import CHASE, DISPUTE, REST, TASK

CONTACTS = {
    "remind",
    "call",
    "resend_documents",
    "offer_plan",
    "ask_written_dispute",
    "answer_dispute",
    "formal_notice",
    "visit",
    "third_party",
}
_ABOUT_DISPUTES = {"ask_written_dispute", "answer_dispute"}
_OWN_CHANNEL = {"call": "phone", "visit": "visit", "formal_notice": "registered_letter"}
_OWN_STAGE = {"formal_notice": "formal_notice", "visit": "last_attempt"}
_OWN_STAGE |= {"third_party": "third_party", "sue": "litigation"}
_OF_ANY_STAGE = {"remind", "call"}


def override(
    proposal: Proposal,
    entries: pd.DataFrame,
    claims: Claims,
    debtors: Debtors,
    today: np.datetime64,
) -> tuple[Proposal, np.ndarray]:
    """The proposal with people's overrides in it, and which claims they touch.

    A contact is the debtor's: what a person chose for one claim holds for the whole contact, so
    that the debtor still hears from us once. Whether it is lawful is judged afterwards.
    """
    touched = np.zeros(len(claims), dtype=bool)
    changed = replace(
        proposal,
        name=proposal.name.copy(),
        family=proposal.family.copy(),
        action=proposal.action.copy(),
        stage=proposal.stage.copy(),
        tone=proposal.tone.copy(),
        channel=proposal.channel.copy(),
        act_on=proposal.act_on.copy(),
    )
    by_debtor = np.argsort(claims.of, kind="stable")
    ends = np.searchsorted(claims.of[by_debtor], np.arange(len(debtors) + 1))
    for position, entry in entries.sort_values(["at", "entry_id"]).iterrows():
        action = _given(entry, "action")
        rows, row = np.asarray([position]), int(claims.of[position])
        kind = action or str(changed.action[position])
        if kind in CONTACTS:
            mine = by_debtor[ends[row] : ends[row + 1]]
            contact = is_one_of(changed.family[mine], CHASE, DISPUTE)
            rows = mine[contact | (mine == position)]
        _write(changed, rows, entry, kind, row, debtors, today)
        touched[rows] = True
    return changed, touched


def _write(
    changed: Proposal,
    rows: np.ndarray,
    entry: pd.Series,
    action: str,
    row: int,
    debtors: Debtors,
    today: np.datetime64,
) -> None:
    first = int(rows[0])
    now = STAGES[min(max(int(debtors.stage_rank[row]), 1), LAST) - 1]
    # A stage is a person's to choose for a reminder alone: the others have theirs, or climb none.
    asked = _given(entry, "stage") if action in _OF_ANY_STAGE else None
    stage = _OWN_STAGE.get(action) or asked or changed.stage[first] or now
    channel = _given(entry, "channel") or _OWN_CHANNEL.get(action) or changed.channel[first]
    if channel is None and action in CONTACTS:
        # Nothing said: what reaches the debtor in writing.
        written = debtors.has_email[row] and not debtors.email_refused[row]
        channel = "email" if written and not debtors.represented[row] else "letter"
    if channel == "phone" and action == "remind":
        action = "call"
    courteous = max(int(debtors.tone_rank[row]), conduct.TONE_RANK["courteous"])
    formal = "formal" if stage not in STAGES[:2] else TONES[courteous - 1]
    tone = "formal" if action == "sue" else _given(entry, "tone") or formal
    until = entry.get("due_on")
    on = today if until is None or pd.isna(until) else np.datetime64(pd.Timestamp(until), "D")
    changed.name[rows], changed.action[rows] = "override", action
    changed.act_on[rows] = max(on, today)
    if action in CONTACTS:
        changed.family[rows] = DISPUTE if action in _ABOUT_DISPUTES else CHASE
        changed.stage[rows], changed.tone[rows], changed.channel[rows] = stage, tone, channel
        return
    changed.family[rows] = REST if action == "wait" else TASK
    suing = action == "sue"
    changed.stage[rows] = stage if suing else None
    changed.tone[rows] = tone if suing else None
    changed.channel[rows] = None


def _given(entry: pd.Series, name: str) -> Any:
    value = entry.get(name)
    return None if value is None or pd.isna(value) else str(value)
