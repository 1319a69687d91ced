"""The last word: contacts judged by the law itself, overrides first, everything afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from models.litigation.columns import text
from models.strategy.arms import mixed
from models.strategy.conduct import Calendar, violations
from models.strategy.facts import Claims, Debtors
from models.strategy.overruled import override
from models.strategy.people import APPROVAL
from models.strategy.proposal import Proposal
from models.strategy.situation import CHASE, DISPUTE, REST


def overruled(
    final: Proposal,
    entries: pd.DataFrame,
    claims: Claims,
    debtors: Debtors,
    days: Calendar,
    as_of: date,
) -> tuple[Proposal, np.ndarray, np.ndarray]:
    """Overrides that the law allows; the others leave the policy's choice and a guard."""
    because = np.full(len(claims), None, dtype=object)
    if entries.empty:
        return final, np.zeros(len(claims), dtype=bool), because
    # The suit that the policy proposed is signed: nothing is left to choose.
    signed = (final.action[entries.index] == "sue") & (entries["kind"] == APPROVAL).to_numpy()
    for row in entries.index[signed]:
        final.guards[row].discard("person_signs")
    entries = entries[~signed]
    if entries.empty:
        return final, np.zeros(len(claims), dtype=bool), because
    changed, touched = override(final, entries, claims, debtors, np.datetime64(as_of, "D"))
    contact = np.isin(changed.family.astype(str), [CHASE, DISPUTE]) & touched
    moved = np.where(contact, days.next_contact(changed.act_on), changed.act_on)
    changed = replace(changed, act_on=moved)
    place, rules = _checked(changed, claims, debtors, touched)
    refused = np.zeros(len(claims), dtype=bool)
    for pick, group in place.items():
        if rules[group]:
            refused[claims.of == claims.of[pick]] |= touched[claims.of == claims.of[pick]]
            final.guards[pick].update({"override_refused", *rules[group]})
    because[entries.index] = text(entries, "reason")
    kept = touched & ~refused
    because = np.where(kept, because, None)
    return mixed(final, changed, kept), kept, because


def fail_closed(
    final: Proposal,
    claims: Claims,
    debtors: Debtors,
    days: Calendar,
    steps: Mapping[str, Any],
    as_of: date,
) -> Proposal:
    """Whatever still breaks a rule rests, whoever chose it."""
    place, rules = _checked(final, claims, debtors, np.ones(len(claims), dtype=bool))
    bad = np.zeros(len(claims), dtype=bool)
    for pick, group in place.items():
        if rules[group]:
            bad[pick] = True
            final.guards[pick].update(rules[group])
    review = days.next_contact(
        np.full(len(claims), np.datetime64(as_of, "D") + np.timedelta64(steps["review_days"]))
    )
    return replace(
        final,
        name=np.where(bad, "blocked", final.name),
        family=np.where(bad, REST, final.family),
        action=np.where(bad, "wait", final.action),
        stage=np.where(bad, None, final.stage),
        tone=np.where(bad, None, final.tone),
        channel=np.where(bad, None, final.channel),
        act_on=np.where(bad, review, final.act_on),
    )


def _checked(
    final: Proposal, claims: Claims, debtors: Debtors, rows: np.ndarray
) -> tuple[pd.Series, list[list[str]]]:
    """Judge contacts and suits among the rows by the law: group keys and rules broken."""
    acting = rows & (np.isin(final.family.astype(str), [CHASE, DISPUTE]) | (final.action == "sue"))
    picks = np.flatnonzero(acting)
    frame = pd.DataFrame(
        {
            "pick": picks,
            "of": claims.of[picks],
            "action": final.action[picks],
            "notice": claims.notice_expires_on[picks].astype("datetime64[s]"),
            "chaseable": claims.chaseable[picks],
            "promise": claims.promise_due_on[picks].astype("datetime64[s]"),
            "plan": claims.plan_running[picks],
            "dates": claims.dates_known[picks],
            "barred": (claims.limitation_on <= final.act_on)[picks],
        }
    )
    key = ["of", "action"]
    grouped = frame.groupby(key, sort=True)
    each = grouped.agg(
        pick=("pick", "first"),
        chaseable=("chaseable", "min"),
        promise_due_on=("promise", "min"),
        plan_kept=("plan", "any"),
        dates_known=("dates", "all"),
        time_barred=("barred", "any"),
    ).reset_index()
    # The notice is the debtor's for what follows it; for a suit every claim must have had its own.
    latest = pd.Series(claims.notice_expires_on.astype("datetime64[s]")).groupby(claims.of).max()
    each["notice_expires_on"] = each["of"].map(latest)
    own = grouped["notice"].agg(lambda days: days.max() if days.notna().all() else pd.NaT)
    sues = each["action"] == "sue"
    each.loc[sues, "notice_expires_on"] = own.reset_index()["notice"][sues]
    first = each["pick"].to_numpy(dtype=int)
    rules = violations(
        debtors,
        each["of"].to_numpy(),
        final.action[first],
        final.stage[first],
        final.tone[first],
        final.channel[first],
        final.act_on[first],
        each,
    )
    member = pd.MultiIndex.from_frame(each[key])
    place = member.get_indexer(pd.MultiIndex.from_frame(frame[key]))
    return pd.Series(place, index=picks), rules
