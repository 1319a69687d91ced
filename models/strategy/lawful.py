"""The last word: contacts judged by the law itself, overrides first, everything afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from models.litigation.columns import text
from models.strategy.arms import mixed
from models.strategy.conduct import Calendar, violations
from models.strategy.facts import NEVER, Claims, Debtors
from models.strategy.guards import bits, none
from models.strategy.overruled import override
from models.strategy.people import APPROVAL
from models.strategy.proposal import Proposal, is_one_of
from models.strategy.resting import rested
from models.strategy.situation import CHASE, DISPUTE
from models.strategy.titles import is_service


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
    untouched = np.zeros(len(claims), dtype=bool)
    if entries.empty:
        return final, untouched, because
    # The suit that the policy proposed is signed: nothing is left to choose.
    signed = (final.action[entries.index] == "sue") & (entries["kind"] == APPROVAL).to_numpy()
    guarded = final.guards.copy()
    guarded[entries.index[signed]] &= ~bits(["person_signs"])
    final = replace(final, guards=guarded)
    entries = entries[~signed]
    if entries.empty:
        return final, untouched, because
    changed, touched = override(final, entries, claims, debtors, np.datetime64(as_of, "D"))
    contact = is_one_of(changed.family, CHASE, DISPUTE) & touched
    moved = np.where(contact, days.next_contact(changed.act_on), changed.act_on)
    changed = replace(changed, act_on=moved)
    broken = _checked(changed, claims, debtors, touched)
    guarded = np.where(broken > 0, final.guards | broken | bits(["override_refused"]), guarded)
    final = replace(final, guards=guarded)
    with_refusal = np.zeros(len(debtors), dtype=bool)
    with_refusal[claims.of[broken > 0]] = True
    because[entries.index] = text(entries, "reason")
    kept = touched & ~with_refusal[claims.of]
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
    broken = _checked(final, claims, debtors, np.ones(len(claims), dtype=bool))
    bad = broken > 0
    if not bad.any():
        return final
    review = days.next_contact(
        np.full(len(claims), np.datetime64(as_of, "D") + np.timedelta64(steps["review_days"]))
    )
    return replace(rested(final, "blocked", bad, review), guards=final.guards | broken)


def _checked(final: Proposal, claims: Claims, debtors: Debtors, rows: np.ndarray) -> np.ndarray:
    """Rules that the contacts and suits among the rows break, by the law: bits, shape (n_claims,).

    One debtor and one action are one contact, judged by the strictest of its claims.
    """
    broken = none(len(claims))
    # To serve a decision is no new suit.
    sues = (final.action == "sue") & ~is_service(final.name)
    acting = rows & (is_one_of(final.family, CHASE, DISPUTE) | sues)
    picks = np.flatnonzero(acting)
    if len(picks) == 0:
        return broken
    action, names = pd.factorize(final.action[picks])
    _, first, group = np.unique(
        claims.of[picks] * len(names) + action, return_index=True, return_inverse=True
    )
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(len(first)))

    def strictest(values: np.ndarray, of: np.ufunc) -> np.ndarray:
        least: np.ndarray = of.reduceat(values[picks][order], starts)
        return least

    lead = picks[first]
    facts = pd.DataFrame(
        {
            "notice_expires_on": _notices(
                claims, len(debtors), lead, strictest, final.action == "sue"
            ),
            "chaseable": strictest(claims.chaseable, np.minimum),
            "promise_due_on": strictest(claims.promise_due_on, np.fmin),
            "plan_kept": strictest(claims.plan_running, np.logical_or),
            "dates_known": strictest(claims.dates_known, np.logical_and),
            "time_barred": strictest(claims.limitation_on <= final.act_on, np.logical_or),
        }
    )
    rules = violations(
        debtors,
        claims.of[lead],
        final.action[lead],
        final.stage[lead],
        final.tone[lead],
        final.channel[lead],
        final.act_on[lead],
        facts,
    )
    broken[picks] = rules[group]
    return broken


def _notices(
    claims: Claims,
    n_debtors: int,
    lead: np.ndarray,
    strictest: Callable[[np.ndarray, np.ufunc], np.ndarray],
    sues: np.ndarray,
) -> np.ndarray:
    """End of the formal notice that each contact follows.

    It is the debtor's for what follows it; for a suit every claim must have had its own.
    """
    last = np.full(n_debtors, NEVER, dtype="datetime64[D]")
    np.fmax.at(last, claims.of, claims.notice_expires_on)
    # One missing day makes the greatest missing too.
    own = strictest(claims.notice_expires_on, np.maximum)
    return np.where(sues[lead], own, last[claims.of[lead]]).astype("datetime64[s]")
