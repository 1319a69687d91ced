"""Who owes what in the worlds of payers: all that a ledger shows of debtors and claims."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation import days, names
from simulation.parties import KINDS, ids

BRANCHES = 200
CHANNELS = ("counter", "fair", "phone", "shop", "web")
_AMOUNT = {"company": 1150, "sole_trader": 620, "consumer": 340, "public": 1900, "association": 540}


@dataclass(frozen=True)
class Population:
    """Arrays by claim of shape (n_claims,), sorted by day of issue, unless said otherwise.

    ``debtor`` number of the debtor; ``cents`` at issue; ``score`` a number with holes (NaN where
    missing, and missing means something); ``load`` a number of non-linear effect; ``noise`` a
    number without effect; ``branch`` one of 200 categories, some frequent and many rare;
    ``channel`` index into ``CHANNELS``; ``kind``, ``log_headcount``, ``division`` and ``region``
    those of the debtor. By debtor: ``failing`` daily rate of insolvency; ``table`` what the
    ledger shows.
    """

    debtor: np.ndarray
    issued: np.ndarray
    due: np.ndarray
    cents: np.ndarray
    score: np.ndarray
    load: np.ndarray
    noise: np.ndarray
    branch: np.ndarray
    channel: np.ndarray
    kind: np.ndarray
    log_headcount: np.ndarray
    division: np.ndarray
    region: np.ndarray
    failing: np.ndarray
    table: pd.DataFrame

    @property
    def missing(self) -> np.ndarray:
        """Claims whose score is not known."""
        return np.isnan(self.score)


def draw(
    rng: np.random.Generator,
    n_claims: int,
    *,
    first: int,
    as_of: int,
    claims_per_debtor: float,
    consumers: bool,
    fresh_share: float,
) -> Population:
    """Debtors and claims issued evenly from ``first`` to ``as_of``.

    ``fresh_share`` of the claims are issued in the last week instead: claims to forecast that no
    training has seen.
    """
    n_debtors = max(1, round(n_claims / claims_per_debtor))
    table, hidden = _debtors(rng, n_debtors, as_of, consumers)
    flow = np.exp(rng.normal(0, 0.8 if claims_per_debtor > 2 else 0.2, n_debtors))
    debtor = rng.choice(n_debtors, n_claims, p=flow / flow.sum())
    owners = rng.permutation(n_claims)[:n_debtors]
    idle = np.setdiff1d(np.arange(n_debtors), debtor)
    debtor[owners[: idle.size]] = idle
    issued = rng.integers(first, as_of + 1, n_claims)
    fresh = rng.random(n_claims) < fresh_share
    issued = np.sort(np.where(fresh, as_of - rng.integers(0, 7, n_claims), issued))
    kind = hidden["kind"][debtor]
    median = np.array([_AMOUNT[name] for name in KINDS], dtype=float)[kind]
    if consumers:
        median = np.full(n_claims, 900.0)
    cents = np.maximum(2000, np.exp(rng.normal(np.log(median * 100), 1.0)).astype(np.int64))
    terms = np.zeros(n_claims, dtype=np.int64) if consumers else rng.choice([15, 30, 45], n_claims)
    score = rng.normal(0.4 * hidden["trait"][debtor], 0.9)
    holes = rng.random(n_claims) < 1 / (1 + np.exp(1.6 + 0.9 * score))
    weight = 1.0 / (np.arange(BRANCHES) + 8.0)
    return Population(
        debtor=debtor,
        issued=issued,
        due=issued + terms,
        cents=cents,
        score=np.where(holes, np.nan, np.round(score, 4)),
        load=np.round(rng.normal(size=n_claims), 4),
        noise=np.round(rng.normal(size=n_claims), 4),
        branch=rng.choice(BRANCHES, n_claims, p=weight / weight.sum()),
        channel=rng.choice(len(CHANNELS), n_claims, p=[0.1, 0.15, 0.25, 0.2, 0.3]),
        kind=kind,
        log_headcount=np.log1p(hidden["headcount"])[debtor],
        division=hidden["division"][debtor],
        region=hidden["region"][debtor],
        failing=hidden["failing"],
        table=table,
    )


def _debtors(
    rng: np.random.Generator, n: int, as_of: int, consumers: bool
) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    shares = [0.0, 0.0, 1.0, 0.0, 0.0] if consumers else [0.55, 0.17, 0.16, 0.05, 0.07]
    kind = rng.choice(len(KINDS), n, p=shares)
    firm = np.isin(kind, [0, 1, 4])
    headcount = np.where(firm, np.exp(rng.normal(2.0, 1.6, n)).astype(np.int64), 0)
    activities = np.array(names.words("activities"), dtype=object)
    activity = rng.integers(0, activities.size, n)
    trait = rng.normal(size=n)
    solvency = np.clip(52 + 15 * trait + rng.normal(0, 12, n), 1, 99).round()
    shown = names.firm_names(rng, names.legal_forms(rng, n))
    shown = np.where(np.isin(kind, [1, 2]), names.person_names(rng, n), shown)
    shown = np.where(kind == 3, names.public_names(rng, n), shown)
    shown = np.where(kind == 4, names.club_names(rng, n), shown)
    region = rng.integers(0, 13, n)
    founded = as_of - rng.gamma(1.6, 3300, n).astype(np.int64) - 900
    table = pd.DataFrame(
        {
            "debtor_id": ids("D", np.arange(1, n + 1), 7),
            "name": shown,
            "kind": np.array(KINDS, dtype=object)[kind],
            "naf": np.where(firm, activities[activity], None),
            "headcount": np.where(firm & (rng.random(n) < 0.85), headcount, np.nan),
            "created_on": days.dates(np.where(firm, founded, days.NEVER)),
            "country": "FR",
            "solvency_score": np.nan,
            "region": np.array([f"R{number:02d}" for number in range(13)], dtype=object)[region],
            "data_origin": "invented",
        }
    )
    division = np.unique([code[:2] for code in activities], return_inverse=True)[1][activity]
    stated = rng.random(n) < 0.6
    table["solvency_score"] = np.where(stated, solvency, np.nan)
    # Only what the ledger shows: the truth knows no more of a failure than a reader of the books.
    yearly = np.array([0.02, 0.03, 0.012, 0.0, 0.006])[kind]
    yearly = yearly * np.where(stated, np.exp(-0.03 * (solvency - 52)), 1.0)
    hidden = {
        "kind": kind,
        "headcount": headcount,
        "trait": trait,
        "region": region,
        "division": np.where(firm, division, -1),
        "failing": yearly / 365.25,
    }
    return table, hidden
