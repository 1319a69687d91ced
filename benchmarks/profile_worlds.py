"""Invented books of debtors with known profiles, at the level of what a model of profiles reads.

They differ from the invented ledger and from the elicited rates in nearly everything: how often
each reaction comes and from whom, which ones tell profiles apart at all, words, mix, how much of a
book is new, how alike a debtor's replies are, false disputes, hostility that a firm tone of ours
provoked, debtors whose profile changed halfway.
"""

from dataclasses import dataclass
from datetime import date
from zlib import crc32

import numpy as np
import pandas as pd

PROFILES = ("disorganised", "cash_strapped", "bad_faith", "dissatisfied")
DAY = date(2026, 11, 22)
OUTCOMES = (
    "missing_document", "wrong_contact", "promise", "plan_request", "cash_wait", "dispute",
    "refusal", "paid_claim", "hardship", "acknowledgment", "information",
)  # fmt: skip
_HOSTILE, _DISPUTE = OUTCOMES.index("refusal"), OUTCOMES.index("dispute")
# Shares of answers by profile before a world distorts them.
_SHARES = np.array(
    [
        [0.22, 0.13, 0.24, 0.03, 0.04, 0.03, 0.01, 0.13, 0.01, 0.09, 0.07],
        [0.05, 0.04, 0.20, 0.18, 0.25, 0.02, 0.02, 0.03, 0.07, 0.08, 0.06],
        [0.09, 0.06, 0.26, 0.06, 0.12, 0.11, 0.16, 0.08, 0.01, 0.03, 0.02],
        [0.07, 0.03, 0.12, 0.03, 0.03, 0.38, 0.12, 0.05, 0.01, 0.07, 0.09],
    ]
)
_SILENT = np.array([0.45, 0.5, 0.62, 0.42])
# Delay in days, its spread, late share, part payments, promises kept, solvency: mean by profile.
_FIGURES = {
    "debtor_mean_delay_days": ([14, 34, 38, 16], 12),
    "delay_spread_days": ([13, 12, 9, 8], 5),
    "debtor_late_share": ([0.55, 0.7, 0.75, 0.4], 0.2),
    "solvency_score": ([60, 32, 63, 60], 15),
}
_PARTS = np.array([0.12, 0.6, 0.2, 0.12])
_KEPT = np.array([0.8, 0.55, 0.3, 0.6])
_COUNTED = {
    **{f"n_{name}": name for name in ("missing_document", "wrong_contact", "cash_wait")},
    **{f"n_{name}": name for name in ("plan_request", "hardship", "refusal", "paid_claim")},
    "n_dispute_answers": "dispute",
}
_WORDS = {
    "missing_document": ("jamais eu la fact, a renvoyer", "introuvable chez eux", "dde duplicata"),
    "wrong_contact": ("pas la bonne personne", "voir avec le siege", "ne s'occupe plus de ca"),
    "promise": ("virement jeudi", "ok pour le 15", "dit que c'est parti"),
    "plan_request": ("veut payer en 4 fois", "echeancier demandé", "peut etaler ?"),
    "cash_wait": ("attend un gros reglement", "treso a sec", "n'est pas payé lui non plus"),
    "dispute": ("travail mal fait dit il", "conteste la facture", "marchandise pas conforme"),
    "refusal": ("refuse de payer", "hors de question", "ne paiera rien"),
    "paid_claim": ("deja payé selon lui", "chq parti la semaine derniere", "c'est reglé"),
    "hardship": ("plus de travail depuis mars", "gros soucis d'argent", "c'est dur en ce moment"),
    "acknowledgment": ("bien noté", "prend note", "ok reçu"),
    "information": ("change d'adresse", "rappeler lundi", "vu avec l'assistante"),
}


@dataclass(frozen=True)
class World:
    """How a book is made; shares are of debtors unless said otherwise."""

    says: str
    mix: tuple[float, ...] = (0.42, 0.28, 0.13, 0.17)
    distortion: float = 0.5
    blank: float = 0.2
    contacts: float = 4.0
    cold: float = 0.3
    alike: float = 6.0
    provoked: float = 0.0
    false_disputes: float = 0.0
    changed: float = 0.0
    noted: float = 0.7


WORLDS = {
    "plain": World("Rates near the usual, a third of the book new."),
    "other_rules": World(
        "Half of the reactions tell nothing, the others other things.", distortion=0.8, blank=0.5
    ),
    "other_mix": World(
        "Twice as many bad payers, few disorganised.", mix=(0.28, 0.27, 0.27, 0.18)
    ),
    "talkative": World(
        "Many contacts, replies of a debtor alike, no note at all.",
        contacts=9.0, cold=0.1, alike=1.5, noted=0.0,
    ),
    "cold": World("Two thirds of the book are new.", cold=0.65, contacts=2.5),
    "false_disputes": World(
        "Bad payers and the merely late invent disputes.", false_disputes=0.35
    ),
    "provoked": World("Our firm tone makes one in two answer with hostility.", provoked=0.5),
    "changing": World(
        "One debtor in four changed profile half a year ago.", changed=0.25, contacts=6.0
    ),
}  # fmt: skip


def book(name, *, n, seed):
    """Frames ``features.debtor_facts``, ``…_reactions``, ``…_texts`` and the true profiles (n,)."""
    world = WORLDS[name]
    rng = np.random.default_rng([seed, crc32(name.encode())])
    truth = rng.choice(4, n, p=world.mix)
    before = np.where(rng.random(n) < world.changed, rng.choice(4, n, p=world.mix), truth)
    ids = np.array([f"W{i:06d}" for i in range(n)], dtype=object)
    events = _events(rng, world, truth, before)
    facts = _facts(rng, world, truth, events)
    facts.insert(0, "debtor_id", ids)
    reactions = events.groupby(["debtor", "outcome", "is_after_firm"], as_index=False).agg(
        n=("weight", "size"), weight=("weight", "sum"), last_on=("on", "max"), note=("note", "last")
    )
    reactions.insert(0, "debtor_id", ids[reactions.pop("debtor")])
    noted = events[events["note"].notna()]
    texts = pd.DataFrame(
        {
            "debtor_id": ids[noted["debtor"]],
            "said_on": noted["on"],
            "is_after_firm": noted["is_after_firm"],
            "words": noted["note"],
        }
    )
    return facts, reactions, texts.drop_duplicates(), truth


def _shares(rng, world):
    """Shares of answers by profile, (4, n_outcomes): distorted, some telling nothing."""
    shares = _SHARES * np.exp(rng.normal(0, world.distortion, _SHARES.shape))
    blank = rng.random(len(OUTCOMES)) < world.blank
    shares[:, blank] = shares[:, blank].mean(axis=0)
    shares[2, _DISPUTE] += world.false_disputes
    shares[0, _DISPUTE] += 0.3 * world.false_disputes
    return shares / shares.sum(axis=1, keepdims=True)


def _events(rng, world, truth, before):
    n = len(truth)
    shares = _shares(rng, world)
    many = np.where(rng.random(n) < world.cold, 0, 1 + rng.poisson(world.contacts, n))
    debtor = np.repeat(np.arange(n), many)
    age = rng.integers(1, 400, len(debtor))
    profile = np.where(age > 180, before[debtor], truth[debtor])
    silent_rate = np.clip(_SILENT + rng.normal(0, 0.05, 4), 0.1, 0.9)
    silent = rng.random(len(debtor)) < silent_rate[profile]
    phone = rng.random(len(debtor)) < 0.5
    firm = rng.random(len(debtor)) < 0.35
    # A debtor has its own habits: its answers are more alike than its profile's.
    habit = np.maximum(rng.gamma(world.alike * shares[truth]), 1e-9)
    old = np.maximum(rng.gamma(world.alike * shares[before]), 1e-9)
    chance = np.where((age > 180)[:, None], old[debtor], habit[debtor])
    chance = chance / chance.sum(axis=1, keepdims=True)
    drawn = (chance.cumsum(axis=1) < rng.random((len(debtor), 1))).sum(axis=1)
    outcome = np.minimum(drawn, len(OUTCOMES) - 1)
    hurt = firm & (rng.random(len(debtor)) < world.provoked)
    outcome = np.where(hurt, _HOSTILE, outcome)
    word = np.where(silent, "no_answer", np.asarray(OUTCOMES, dtype=object)[outcome])
    told = ~silent & (rng.random(len(debtor)) < world.noted)
    note = np.full(len(debtor), None, dtype=object)
    pick = rng.integers(0, 3, len(debtor))
    for place, name in enumerate(OUTCOMES):
        mine = np.flatnonzero(told & (outcome == place))
        note[mine] = np.asarray(_WORDS[name], dtype=object)[pick[mine]]
    kept = np.where(silent & ~phone, 0.35, 1.0) * 0.98 ** (age / 7)
    events = pd.DataFrame(
        {
            "debtor": debtor,
            "outcome": word,
            "is_after_firm": firm,
            "weight": kept,
            "on": pd.Timestamp(DAY) - pd.to_timedelta(age, unit="D"),
            "note": note,
        }
    )
    return events.sort_values(["debtor", "on"], kind="stable", ignore_index=True)


def _facts(rng, world, truth, events):
    n = len(truth)
    fresh = rng.random(n) < 0.4
    facts = {}
    for name, (means, spread) in _FIGURES.items():
        centre = np.asarray(means) + rng.normal(0, 0.3 * spread, 4)
        values = centre[truth] + rng.normal(0, spread, n)
        values = np.clip(values, 0, {"debtor_late_share": 1, "solvency_score": 100}.get(name, 200))
        missing = rng.random(n) < 0.35 if name == "solvency_score" else fresh
        facts[name] = np.where(missing, np.nan, values)
    settled = np.where(fresh, 0, 1 + rng.poisson(5, n))
    due = rng.poisson(0.8, n)
    kept = rng.binomial(due, np.clip(_KEPT + rng.normal(0, 0.08, 4), 0.05, 0.95)[truth])
    age = rng.integers(10, 300, n)
    by_debtor = events.groupby(["debtor", "outcome"]).size().unstack(fill_value=0)
    counts = by_debtor.reindex(np.arange(n), fill_value=0)
    disputes = np.minimum(counts.get("dispute", pd.Series(0, index=counts.index)), 1).to_numpy()
    sincere = (truth == 3) | (rng.random(n) < 0.3)
    answered = disputes * (rng.random(n) < 0.5)
    parts = rng.poisson(np.clip(_PARTS * np.exp(rng.normal(0, 0.3, 4)), 0.05, 1.5)[truth])
    parts = np.where(fresh, 0, parts)
    silent = counts.get("no_answer", pd.Series(0, index=counts.index)).to_numpy()
    facts |= {
        "debtor_n_settled": settled,
        "n_small_delays": np.where(facts["debtor_mean_delay_days"] < 30, settled // 2, 0),
        "debtor_n_open": 1 + rng.poisson(0.6, n),
        "debtor_n_overdue": 1,
        "debtor_open_eur": np.exp(rng.normal(7, 1, n)),
        "debtor_oldest_overdue_days": rng.integers(5, 300, n),
        "debtor_tenure_days": np.where(fresh, rng.integers(20, 200, n), rng.integers(200, 1500, n)),
        "debtor_n_payments_365": settled + parts,
        "debtor_days_since_payment": np.where(fresh, np.nan, rng.integers(3, 300, n)),
        "n_partial_payments": parts,
        "n_answers": counts.sum(axis=1).to_numpy() - silent,
        "n_no_answer": silent,
        **{
            column: counts.get(outcome, pd.Series(0, index=counts.index)).to_numpy()
            for column, outcome in _COUNTED.items()
        },
        "n_promises_due": due,
        "n_promises_kept": kept,
        "n_promises_broken": due - kept,
        "promises_kept_weight": kept * 0.98 ** (age / 7),
        "promises_broken_weight": (due - kept) * 0.98 ** (age / 7),
        "debtor_n_disputes": disputes,
        "n_disputes_open": disputes - answered,
        "n_disputes_founded": answered * sincere,
        "n_disputes_unfounded": answered * ~sincere,
        "n_creditors": 1,
        "in_insolvency": rng.random(n) < np.array([0.01, 0.06, 0.01, 0.01])[truth],
    }  # fmt: skip
    return pd.DataFrame(facts)
