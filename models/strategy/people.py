"""What people decided: postponed, confirmed, refused, overridden; it counts from the next run."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from models.litigation.columns import day
from models.strategy.facts import NEVER, Claims

#: An answer to this question says whether a claim lettered outside its file is still open.
STILL_OPEN = "lettered_outside_file"
#: Kind of the entry by which a person signs a suit.
APPROVAL = "approve_suit"


def _latest(claims: Claims, decisions: pd.DataFrame, kinds: tuple[str, ...]) -> pd.DataFrame:
    """The last standing entry of these kinds for each claim that has one.

    The index is the position of the claim.
    """
    if decisions.empty:
        return pd.DataFrame()
    said = decisions[decisions["kind"].isin(kinds) & decisions["claim_id"].notna()]
    said = said.assign(claim_id=said["claim_id"].astype(str)).sort_values(["at", "entry_id"])
    said = said.drop_duplicates("claim_id", keep="last")
    ids = said["claim_id"].to_numpy(dtype=object)
    # Claims stand in the order of their ids.
    place = np.minimum(np.searchsorted(claims.ids, ids), len(claims) - 1)
    found = claims.ids[place] == ids
    return said.astype(object).set_axis(place, axis=0)[found].sort_index()


def postponed(claims: Claims, decisions: pd.DataFrame) -> np.ndarray:
    """Day until which a person put each claim off, NaT where nobody did."""
    until = np.full(len(claims), NEVER, dtype="datetime64[D]")
    entries = _latest(claims, decisions, ("postpone",))
    if not entries.empty:
        said, due = day(entries, "until_on"), day(entries, "due_on")
        until[entries.index] = np.where(np.isnat(said), due, said)
    return until


def confirmed(claims: Claims, decisions: pd.DataFrame) -> np.ndarray:
    """Claims that a person took a decision on, or said to be open still."""
    said = np.zeros(len(claims), dtype=bool)
    said[_latest(claims, decisions, ("override",)).index] = True
    answers = _latest(claims, decisions, ("answer",))
    if not answers.empty:
        answer = answers["answer"].astype(str).str.lower()
        open_still = answer.isin(["open", "yes", "oui", "ouverte", "true"])
        said[answers.index[(answers["question"] == STILL_OPEN) & open_still]] = True
    return said


def refused_suits(claims: Claims, decisions: pd.DataFrame) -> np.ndarray:
    """Claims whose suit a person refused, unless somebody approved it later."""
    refused = np.zeros(len(claims), dtype=bool)
    entries = _latest(claims, decisions, ("approve_suit", "refuse_suit"))
    if not entries.empty:
        refused[entries.index[entries["kind"] == "refuse_suit"]] = True
    return refused


def overrides(claims: Claims, decisions: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Overrides still to carry out: index the position of the claim, columns of the entry.

    Advice accepted is kept to like an override to what it advised, a suit approved like one to
    sue. An override is spent once the debtor was contacted after it, or past its last day; an
    approval once the suit is filed.
    """
    entries = _latest(claims, decisions, ("override", "accept", "approve_suit"))
    if entries.empty:
        return entries
    kind, action = entries["kind"], entries["action"]
    suits = (kind == APPROVAL).to_numpy(dtype=bool)
    # To accept a rest asks for nothing; the rest ends when its cause does.
    acting = (kind == "accept") & action.notna() & (action != "wait")
    refused = refused_suits(claims, decisions)
    signed = suits & ~refused[entries.index]
    entries["action"] = action.mask(suits, "sue")
    entries = entries[((kind == "override") | acting).to_numpy(dtype=bool) | signed]
    if entries.empty:
        return entries
    said_at = pd.to_datetime(entries["at"]).to_numpy().astype("datetime64[s]")
    done = claims.last_action_at[entries.index] > said_at
    filed_on = claims.last_legal_step_on[entries.index]
    filed = filed_on >= said_at.astype("datetime64[D]")
    # Whatever asks to sue is done once a step of a suit was taken.
    done = np.where((entries["kind"] == APPROVAL) | (entries["action"] == "sue"), filed, done)
    declares = (entries["action"] == "declare_in_insolvency").to_numpy(dtype=bool)
    done |= declares & ~np.isnat(claims.declared_on[entries.index])
    until = day(entries, "until_on")
    over = until < np.datetime64(as_of, "D")
    return entries[~done & ~(over & (until != NEVER))]
