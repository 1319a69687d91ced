"""A made-up portfolio whose truth is known: debtors differ in promptness, some never pay."""

import numpy as np
import pandas as pd

from models.recovery.cash import HORIZONS
from models.recovery.design import BOOLEANS, NUMBERS

FIRST_DUE = np.datetime64("2023-01-01")
PANEL = np.arange(np.datetime64("2023-03-01"), np.datetime64("2025-01-01"), np.timedelta64(60, "D"))
SEEN_UNTIL = np.datetime64("2027-01-01")
EXTRAS = ["claim_id", "day", "name", "numeric", "number_value", "text_value"]


def made_up(n_claims=3000, seed=0):
    """Features, extras and outcomes of a panel, as the pipelines hand them over."""
    generator = np.random.default_rng(seed)
    n_debtors = n_claims // 4
    promptness = generator.normal(size=n_debtors)
    debtor = generator.integers(0, n_debtors, n_claims)
    prompt = promptness[debtor]
    due = FIRST_DUE + generator.integers(0, 720, n_claims)
    amount = np.round(np.exp(generator.normal(6.5, 1.2, n_claims)), 2)
    never = generator.random(n_claims) < 1 / (1 + np.exp(2.2 + prompt))
    delay = np.exp(3.3 - 0.7 * prompt + generator.normal(size=n_claims)).clip(1, 2000)
    delay = np.where(never, np.inf, np.ceil(delay))
    n_settled = generator.poisson(6, n_claims)
    claims = pd.DataFrame(
        {
            "claim_id": [f"C{i:06d}" for i in range(n_claims)],
            "debtor_id": [f"D{i:05d}" for i in debtor],
            "creditor_id": "K",
            "open_amount_eur": amount,
            "amount_eur": amount,
            "open_share": 1.0,
            "terms_days": 30.0,
            "debtor_n_settled": n_settled.astype(float),
            "debtor_n_settled_late": generator.binomial(n_settled, 1 / (1 + np.exp(prompt))),
            "solvency_score": (50 + 15 * prompt + generator.normal(0, 10, n_claims)).clip(0, 100),
            "debtor_kind": generator.choice(["company", "consumer", "unknown"], n_claims),
            "naf_division": generator.choice(["43", "56", None], n_claims),
            "date_basis": "stated",
            "nature": "contract",
            "country": "FR",
            "last_outcome": None,
            "in_insolvency": False,
        }
    )
    claims.loc[generator.random(n_claims) < 0.4, "solvency_score"] = np.nan
    for name in BOOLEANS:
        claims[name] = pd.array(generator.random(n_claims) < 0.5, dtype="boolean")
    for name in set(NUMBERS) - set(claims.columns):
        claims[name] = np.nan
    seen = [_seen_on(day, claims, due, delay, amount) for day in PANEL]
    features = pd.concat([part for part, _ in seen], ignore_index=True)
    outcomes = pd.concat([part for _, part in seen], ignore_index=True)
    return features, pd.DataFrame(columns=EXTRAS), outcomes


def _seen_on(day, claims, due, delay, amount):
    age = (day - due).astype(int)
    open_ = np.flatnonzero((age > -30) & (delay > age))
    left = delay[open_] - age[open_]
    features = claims.iloc[open_].assign(
        day=pd.Timestamp(day),
        days_overdue=age[open_].astype(float),
        days_since_issue=age[open_] + 30.0,
    )
    outcomes = pd.DataFrame(
        {
            "claim_id": features["claim_id"].to_numpy(),
            "day": pd.Timestamp(day),
            "days_to_full": np.where(np.isinf(left), np.nan, left),
            "days_to_any": np.where(np.isinf(left), np.nan, left),
            **{f"cash_{h}": np.where(left <= h, amount[open_], 0.0) for h in HORIZONS},
            "censored_after_days": (SEEN_UNTIL - day).astype(int),
            "ended_as": np.where(np.isinf(left), "open", "paid"),
        }
    )
    return features, outcomes
