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
    """The last standing entry of these kinds for each claim, in the order of the claims."""
    columns = decisions.columns if not decisions.empty else ["claim_id"]
    if decisions.empty:
        return pd.DataFrame(index=pd.Index(claims.ids), columns=columns)
    said = decisions[decisions["kind"].isin(kinds) & decisions["claim_id"].notna()]
    said = said.assign(claim_id=said["claim_id"].astype(str)).sort_values(["at", "entry_id"])
    said = said.drop_duplicates("claim_id", keep="last").set_index("claim_id")
    return said.astype(object).reindex(claims.ids)


def postponed(claims: Claims, decisions: pd.DataFrame) -> np.ndarray:
    """Day until which a person put each claim off, NaT where nobody did."""
    entries = _latest(claims, decisions, ("postpone",))
    until, due = day(entries, "until_on"), day(entries, "due_on")
    return np.where(np.isnat(until), due, until)


def confirmed(claims: Claims, decisions: pd.DataFrame) -> np.ndarray:
    """Claims that a person took a decision on, or said to be open still."""
    chosen = _latest(claims, decisions, ("override",))
    said = _latest(claims, decisions, ("answer",))
    by_choice = chosen.get("kind", pd.Series(index=chosen.index, dtype=object)).notna()
    question = said.get("question", pd.Series(index=said.index, dtype=object))
    answer = said.get("answer", pd.Series(index=said.index, dtype=object)).astype(str).str.lower()
    open_still = (question == STILL_OPEN) & answer.isin(["open", "yes", "oui", "ouverte", "true"])
    return (by_choice | open_still).to_numpy(dtype=bool)


def refused_suits(claims: Claims, decisions: pd.DataFrame) -> np.ndarray:
    """Claims whose suit a person refused, unless somebody approved it later."""
    entries = _latest(claims, decisions, ("approve_suit", "refuse_suit"))
    kind = entries.get("kind", pd.Series(index=entries.index, dtype=object))
    return (kind == "refuse_suit").to_numpy(dtype=bool)


def overrides(claims: Claims, decisions: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Overrides still to carry out: index the position of the claim, columns of the entry.

    Advice accepted is kept to like an override to what it advised, a suit approved like one to
    sue. An override is spent once the debtor was contacted after it, or past its last day; an
    approval once the suit is filed.
    """
    entries = _latest(claims, decisions, ("override", "accept", "approve_suit"))
    if "kind" not in entries:
        return entries.iloc[0:0]
    entries = entries.reset_index(drop=True)
    kind, action = entries["kind"], entries["action"]
    suits = (kind == APPROVAL).to_numpy(dtype=bool)
    # To accept a rest asks for nothing; the rest ends when its cause does.
    acting = (kind == "accept") & action.notna() & (action != "wait")
    refused = refused_suits(claims, decisions)
    entries["action"] = action.mask(suits, "sue")
    entries = entries[((kind == "override") | acting).to_numpy(dtype=bool) | suits & ~refused]
    if entries.empty:
        return entries
    said_at = pd.to_datetime(entries["at"]).to_numpy().astype("datetime64[s]")
    done = claims.last_action_at[entries.index] > said_at
    filed_on = claims.last_legal_step_on[entries.index]
    filed = filed_on >= said_at.astype("datetime64[D]")
    done = np.where(entries["kind"] == APPROVAL, filed, done)
    declares = (entries["action"] == "declare_in_insolvency").to_numpy(dtype=bool)
    done |= declares & ~np.isnat(claims.declared_on[entries.index])
    until = day(entries, "until_on")
    over = until < np.datetime64(as_of, "D")
    return entries[~done & ~(over & (until != NEVER))]
