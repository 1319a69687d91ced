"""What else a creditor's books hold: documents, dated facts, insolvencies, rates, labels."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulation.days import NEVER, dates
from simulation.parties import Debtors, ids
from simulation.worlds import PROFILES


def documents(claims: pd.DataFrame, actions: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Orders and delivery notes of every claim that has them, notices and titles."""
    issued = claims["issued_on"]
    parts = [
        _papers(claims["claim_id"], "invoice", issued, issued.notna()),
        _papers(
            claims["claim_id"], "order", issued - pd.Timedelta(days=20), claims["has_order"]
        ),
        _papers(
            claims["claim_id"], "delivery_note", claims["performed_on"],
            claims["has_delivery_proof"],
        ),
        _papers(
            actions["claim_id"], "formal_notice", actions["at"].dt.normalize(),
            actions["action"] == "formal_notice",
        ),
        _papers(
            steps["claim_id"], "title", steps["on"], steps["step"].isin(["judged_won"])
        ),
    ]  # fmt: skip
    rows = pd.concat(parts, ignore_index=True)
    rows.insert(0, "document_id", ids("DOC", np.arange(1, len(rows) + 1), 7))
    rows["path"] = "pieces/" + rows["claim_id"] + "/" + rows["kind"] + ".pdf"
    return rows


def insolvencies(
    rng: np.random.Generator, debtors: Debtors, opened: np.ndarray, as_of: int
) -> pd.DataFrame:
    """Proceedings opened by the day; later days (publication, declaration) only if known."""
    # One draw per debtor, known or not, so that the day of the ledger changes no other draw.
    n = opened.size
    share = rng.random(n)
    kind = np.where(share < 0.69, "liquidation", np.where(share < 0.98, "receivership", ""))
    kind = np.where(kind == "", "safeguard", kind).astype(object)
    kind[debtors.kind == 2] = "over_indebtedness"
    published = opened + rng.integers(6, 20, n)
    declared = np.where(rng.random(n) < 0.6, published + rng.integers(5, 58, n), NEVER)
    rows = np.flatnonzero((opened <= as_of) & (debtors.kind != 3))
    rows = rows[np.argsort(opened[rows], kind="stable")]
    return pd.DataFrame(
        {
            "debtor_id": debtors.table["debtor_id"].to_numpy()[rows],
            "opened_on": dates(opened[rows]),
            "kind": kind[rows],
            "published_on": dates(_until(published[rows], as_of)),
            "declared_on": dates(_until(declared[rows], as_of)),
        }
    )


def facts(
    rng: np.random.Generator, debtors: Debtors, opened: np.ndarray, first: int, as_of: int
) -> pd.DataFrame:
    """Scores that changed and new orders placed, each with the day it was known."""
    debtor_ids = debtors.table["debtor_id"].to_numpy()
    scored = np.flatnonzero(debtors.table["solvency_score"].notna().to_numpy())
    moved = scored[rng.random(scored.size) < 0.35]
    day = rng.integers(first + 30, as_of + 1, moved.size)
    near = (opened[moved] - day < 240) & (opened[moved] > day)
    score = debtors.solvency[moved] + rng.normal(0, 6, moved.size) - 25 * near
    active = np.flatnonzero(rng.random(debtor_ids.size) < 0.3)
    ordered = rng.integers(first + 30, as_of + 1, active.size)
    rows = pd.DataFrame(
        {
            "subject_type": "debtor",
            "subject_id": np.concatenate([debtor_ids[moved], debtor_ids[active]]),
            "name": ["solvency_score"] * moved.size + ["new_order"] * active.size,
            "value": np.concatenate(
                [
                    np.clip(score.round(), 1, 99).astype(int).astype(str),
                    rng.integers(100, 9000, active.size).astype(str),
                ]
            ),
            "known_on": dates(np.concatenate([day, ordered])),
        }
    )
    return rows.sort_values(["subject_id", "name", "known_on"], ignore_index=True)


def exchange_rates(rng: np.random.Generator, first: int, as_of: int) -> pd.DataFrame:
    """A weekly rate of the Swiss franc and of the pound: an invented random walk."""
    days = np.arange(first, as_of + 1, 7)
    parts = [
        pd.DataFrame(
            {
                "currency": currency,
                "on": dates(days),
                "eur_per_unit": np.round(
                    level * np.exp(np.cumsum(rng.normal(0, 0.003, days.size))), 6
                ),
            }
        )
        for currency, level in (("CHF", 1.05), ("GBP", 1.17))
    ]
    return pd.concat(parts, ignore_index=True)


def profile_labels(
    rng: np.random.Generator, debtors: Debtors, actions: pd.DataFrame, claims: pd.DataFrame
) -> pd.DataFrame:
    """Labels by analysts for about one chased debtor in twenty, right five times in six."""
    chased = actions.merge(claims[["claim_id", "debtor_id"]], on="claim_id")
    last = chased.groupby("debtor_id")["at"].max()
    picked = last[rng.random(last.size) < 0.05]
    numbers = pd.Series(np.arange(debtors.profile.size), index=debtors.table["debtor_id"])
    true = debtors.profile[numbers[picked.index]]
    wrong = rng.random(picked.size) < 1 / 6
    said = np.where(wrong, (true + rng.integers(1, 4, picked.size)) % 4, true)
    return pd.DataFrame(
        {
            "debtor_id": picked.index.to_numpy(dtype=object),
            "profile": np.array(PROFILES, dtype=object)[said],
            "labelled_on": picked.dt.normalize().to_numpy(),
            "labelled_by": rng.choice(["analyst_1", "analyst_2"], picked.size),
            "blind": rng.random(picked.size) < 0.7,
        }
    )


def _papers(claim: pd.Series, kind: str, dated: pd.Series, kept: pd.Series) -> pd.DataFrame:
    rows = pd.DataFrame({"claim_id": claim, "kind": kind, "dated_on": dated})
    return rows[kept.to_numpy(dtype=bool)]


def _until(day: np.ndarray, as_of: int) -> np.ndarray:
    return np.where(day > as_of, NEVER, day)
