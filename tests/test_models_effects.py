"""Effects learnt from logs: with known chances towards the truth, without them never astray."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from models.strategy.effects.contrasts import contrasts
from models.strategy.effects.posterior import later_share, prior, update
from models.strategy.effects.units import ANSWERS, read
from models.strategy.tables import effects

NAMES = ["disorganised", "cash_strapped", "bad_faith", "dissatisfied"]
TRUTH = {"email": 0.1, "phone": 1.1}
BY_CHANNEL = {"email": 1, "phone": 3}


def logs(n_debtors=500, weeks=8, seed=0, *, hidden=0.0, logged="all", truth=TRUTH):
    """Decision points of a made-up past: hidden hardness may drive both calls and payment."""
    rng = np.random.default_rng(seed)
    n = n_debtors * weeks
    debtor = np.repeat(np.arange(n_debtors), weeks)
    hard = rng.normal(size=n_debtors)[debtor]
    age = rng.integers(5, 120, n)
    # Harder debtors are called more; nobody wrote down how hard they seemed.
    odds = np.stack([np.full(n, 0.8), np.zeros(n), hidden * hard], axis=1)
    chances = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    pick = (np.cumsum(chances, axis=1) < rng.random((n, 1))).sum(axis=1)
    channel = np.asarray([None, "email", "phone"], dtype=object)[pick]
    own = np.asarray([0.0, truth["email"], truth["phone"]])[pick]
    p_90 = 1 / (1 + np.exp(-(0.3 - 1.0 * hidden * hard - 0.004 * (age - 40))))
    moved = 1 / (1 + np.exp(-(np.log(p_90 / (1 - p_90)) + own)))
    # What a contact adds comes within the month, as does not what time brings.
    p_30 = 1 - (1 - p_90) ** (1 / 1.8) * (1 - moved) / (1 - p_90)
    paid = rng.random(n) < p_30
    earlier = rng.random(n) < 1 / (1 + np.exp(-(-0.5 - 1.0 * hidden * hard)))
    chance = chances[np.arange(n), pick]
    known = {"all": np.ones(n, dtype=bool), "contacts": pick > 0, "none": np.zeros(n, dtype=bool)}
    day = pd.Timestamp("2026-01-05") + pd.to_timedelta(
        np.tile(np.arange(weeks) * 14, n_debtors), "D"
    )
    points = pd.DataFrame(
        {
            "debtor_id": [f"D{each:05d}" for each in debtor], "day": day, "kind": "company",
            "solvency_score": np.nan, "n_claims": 1, "open_eur": 1000.0, "days_overdue": age,
            "n_contacts": 0, "n_contacts_45": 0, "days_since_contact": np.nan, "stage_rank": 0,
            "n_settled": 3, "n_late": 1, "cash_before": np.where(earlier, 900.0, 0.0),
            "n_refusal": 0, "n_no_answer": 0, "n_cash_wait": 0, "n_reached": 0,
            "action": np.where(pick > 0, "remind", None), "channel": channel, "stage": None,
            "tone": None, "propensity": np.where(known[logged] & (pick > 0), chance, np.nan),
            "recommendation_id": None, "dose": (pick > 0).astype(float),
            "cash_30": np.where(paid, 1000.0, 0.0),
            "cash_90": np.where(paid | (rng.random(n) < (moved - p_30) / (1 - p_30)), 1000.0, 0.0),
            "observed_days": 200,
        }
    )  # fmt: skip
    waited = points[known[logged] & (pick == 0)]
    choices = pd.DataFrame(
        {
            "day": waited["day"], "debtor_id": waited["debtor_id"], "recommendation_id": None,
            "action": "wait", "propensity": chance[waited.index],
            **dict.fromkeys([f"p_{name}" for name in NAMES], np.nan),
        }
    )  # fmt: skip
    return points, choices


def learnt(points, choices):
    units = read(points, choices, pd.DataFrame(), decay=0.88, floor=0.4)
    found = contrasts(units)
    before = prior(effects())
    return units, found, before, update(before, found, units, later_share(units))


def test_show():
    for kw in [
        dict(),
        dict(logged="contacts"),
        dict(logged="none"),
        dict(hidden=1.0, logged="none"),
        dict(hidden=1.0),
        dict(hidden=1.0, logged="contacts"),
        dict(n_debtors=60),
    ]:
        units, found, before, after = learnt(*logs(**kw))
        print(kw, len(units), later_share(units))
        for e in found:
            print(
                "  ",
                e.arm,
                e.against,
                e.design,
                e.n_treated,
                round(e.ess),
                round(e.overlap, 2),
                round(e.effect, 3),
                round(e.error, 3),
                round(e.placebo, 3),
                round(e.placebo_z, 1),
                round(e.e_value, 2),
                e.doubts,
                round(e.dose, 2),
            )
        b = units.belief.mean(axis=0)
        for name, c in (("email", 0), ("phone", 2), ("letter", 3)):
            print(
                "  ",
                name,
                [round(v, 3) for v in before.average(c, b)],
                [round(v, 3) for v in after.average(c, b)],
                TRUTH.get(name),
            )
