"""Who owes, who is owed, who collects: the parties and their hidden traits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation import days, names
from simulation.worlds import PROFILES, World

KINDS = ("company", "sole_trader", "consumer", "public", "association")
_SIZE_LIMITS = np.array([4, 50, 200, 1000])


@dataclass(frozen=True)
class Debtors:
    """Debtors as the simulation sees them; ``table`` is the part that the ledger shows.

    Arrays of shape (n_debtors,): ``kind`` index into ``KINDS``, ``profile`` index into
    ``PROFILES``, ``frailty`` (standard normal), ``ability`` (about standard normal, high pays
    easily), ``size`` (0 to 6, see the worlds), ``flow`` (share of orders), ``currency``,
    ``perceived`` (how hard past agents expected the debtor to be, standard normal).
    """

    table: pd.DataFrame
    kind: np.ndarray
    profile: np.ndarray
    frailty: np.ndarray
    ability: np.ndarray
    size: np.ndarray
    flow: np.ndarray
    currency: np.ndarray
    perceived: np.ndarray
    solvency: np.ndarray


def draw_debtors(rng: np.random.Generator, n_debtors: int, as_of: int, world: World) -> Debtors:
    """Draw debtors: hidden traits first, then what a ledger would know of them."""
    portfolio = world["portfolio"]
    n = n_debtors
    kind = rng.choice(len(KINDS), n, p=_shares(portfolio["kinds"]))
    profile = rng.choice(len(PROFILES), n, p=np.array(portfolio["profiles"]))
    frailty = rng.normal(size=n)
    ability = rng.normal(np.array([0.55, -1.05, 0.45, 0.4])[profile], 0.75)
    firm = np.isin(kind, [0, 1, 4])
    staff = np.maximum(0, np.exp(rng.normal(2.0, 1.9, n)).astype(int))
    headcount = np.where(kind == 0, staff, np.minimum(staff, np.where(kind == 1, 3, 15)))
    size = np.searchsorted(_SIZE_LIMITS, headcount, side="right")
    size = np.where(kind == 2, 5, np.where(kind == 3, 6, size))
    flow = np.exp(rng.normal(0, portfolio["claims_spread"], n) + 0.2 * np.log1p(headcount))
    foreign = (rng.random(n) < portfolio["foreign"] * 1.4) & (kind == 0)
    swiss = rng.random(n) < 0.6
    currency = np.where(foreign, np.where(swiss, "CHF", "GBP"), "EUR").astype(object)
    solvency = np.clip(52 + 17 * ability + rng.normal(0, 14, n), 1, 99).round()

    forms = names.legal_forms(rng, n)
    shown = np.where(
        kind == 0,
        names.firm_names(rng, forms),
        np.where(
            kind == 3,
            names.public_names(rng, n),
            np.where(kind == 4, names.club_names(rng, n), names.person_names(rng, n)),
        ),
    )
    numbers = np.arange(1, n + 1)
    emails = names.addresses(np.full(n, "contact", dtype=object), shown, numbers)
    dept = rng.choice(np.array(names.words("departments"), dtype=object), n)
    tails = np.array([f"{tail:03d}" for tail in range(1000)], dtype=object)
    postcode = np.array([code[:5] for code in dept + tails[rng.integers(0, 98, n) * 10]])
    founded = as_of - (rng.gamma(1.6, 3300, n)).astype(int) - 400
    # Drawn apart, so that what the years before had drawn stays as it was.
    places = rng.spawn(1)[0]
    housed = places.random(n) < 0.94
    unknown = rng.random(n) < 0.015
    professional = kind != 2
    table = pd.DataFrame(
        {
            "debtor_id": ids("D", numbers, 6),
            "name": shown,
            "kind": np.where(unknown, "unknown", np.array(KINDS, dtype=object)[kind]),
            "siren": _where(professional & ~foreign, names.false_sirens(rng, n)),
            "legal_form": _where((kind == 0) & (rng.random(n) < 0.8), forms),
            "is_trader": _where(firm & (rng.random(n) < 0.7), np.isin(kind, [0, 1])),
            "naf": _where(
                firm & (rng.random(n) < 0.9),
                rng.choice(np.array(names.words("activities"), object), n),
            ),
            "headcount": _where(firm & (rng.random(n) < 0.85), headcount),
            "created_on": days.dates(np.where(firm & (rng.random(n) < 0.85), founded, days.NEVER)),
            "country": np.where(foreign, np.where(swiss, "CH", "GB"), "FR"),
            "address": _where(housed, names.streets(places, n)),
            "postcode": _where(~foreign, postcode),
            "city": _where(housed, names.towns(places, n)),
            "email": _where(rng.random(n) < 0.88, emails),
            "phone": _where(rng.random(n) < 0.9, names.phones(rng, n)),
            "email_consent": _where(rng.random(n) < 0.7, rng.random(n) < 0.93),
            "sms_consent": _where(rng.random(n) < 0.7, rng.random(n) < 0.6),
            "do_not_contact": rng.random(n) < 0.004,
            "represented_by": _where(
                rng.random(n) < 0.003, "Me " + names.person_names(rng, n) + ", avocat"
            ),
            "solvency_score": _where(professional & (rng.random(n) < 0.65), solvency),
            "language": np.where(foreign & ~swiss, "en", "fr"),
            "customer_segment": rng.choice(["A", "B", "C"], n, p=[0.2, 0.35, 0.45]),
            "data_origin": "invented",
        }
    )
    hardness = np.array([-0.5, 0.3, 0.9, 0.3])[profile] - 0.5 * frailty
    perceived = 0.75 * hardness + rng.normal(0, 0.6, n)
    return Debtors(
        table, kind, profile, frailty, ability, size, flow, currency, perceived, solvency
    )


def draw_contacts(rng: np.random.Generator, debtors: Debtors) -> pd.DataFrame:
    """People at the debtors that are not natural persons: one to three each."""
    firms = np.flatnonzero(np.isin(debtors.kind, [0, 3, 4]))
    owner = np.repeat(firms, rng.integers(1, 4, firms.size))
    n = owner.size
    role = rng.choice(
        ["owner", "finance", "accounts_payable", "operations", "unknown"],
        n,
        p=[0.2, 0.15, 0.35, 0.2, 0.1],
    )
    pays = np.where(
        np.isin(role, ["owner", "finance"]),
        rng.random(n) < 0.92,
        np.where(role == "accounts_payable", rng.random(n) < 0.6, rng.random(n) < 0.05),
    )
    person = names.person_names(rng, n)
    numbers = np.arange(1, n + 1)
    return pd.DataFrame(
        {
            "contact_id": ids("K", numbers, 6),
            "debtor_id": debtors.table["debtor_id"].to_numpy()[owner],
            "name": person,
            "role": role,
            "email": _where(rng.random(n) < 0.8, names.addresses(role, person, numbers)),
            "phone": _where(rng.random(n) < 0.7, names.phones(rng, n)),
            "can_pay": _where(rng.random(n) < 0.8, pays),
            "_debtor": owner,
        }
    )


def draw_creditors(rng: np.random.Generator) -> pd.DataFrame:
    """Three creditors, one of them a client whose claims are collected for it."""
    return pd.DataFrame(
        {
            "creditor_id": ["CR1", "CR2", "CR3"],
            "name": ["Orvanel Matériaux SAS", "Quintère Services SARL", "Mésolane Énergie SA"],
            "kind": ["company"] * 3,
            "siren": names.false_sirens(rng, 3),
            "sector": ["46.73A", "81.21Z", "35.14Z"],
            "address": ["14 rue des Tilleuls", "3 quai du Canal", "52 avenue de la Gare"],
            "postcode": ["69007", "44200", "59800"],
            "city": ["Lyon", "Nantes", "Lille"],
            "email": ["compta@orvanel.example", "facturation@quintere.example", None],
            "phone": ["04 65 71 00 14", "02 61 91 00 27", "03 53 01 00 36"],
            "country": ["FR"] * 3,
            "headcount": [140, 38, 620],
            "turnover": [31_400_000.0, 4_250_000.0, 212_000_000.0],
            "profit_avg_3y": [1_180_000.0, 212_000.0, 9_600_000.0],
            "recovers_vat": [True, True, True],
            "vat_on_receipts": [False, True, False],
            "collects_for_others": [False, False, True],
            "default_penalty_rate": [0.12, np.nan, np.nan],
            "allows_visits": [True, False, False],
            "agent_id": ["AG1", "AG2", "AG3"],
        }
    )


def agents() -> pd.DataFrame:
    """Three collectors."""
    return pd.DataFrame(
        {
            "agent_id": ["AG1", "AG2", "AG3"],
            "name": ["Nadia Mercier", "Yann Fournier", "Claire Diallo"],
            "minutes_per_day": [360.0, 300.0, 360.0],
            "languages": ["fr;en", "fr", "fr;de"],
            "queues": ["negoce", "services;associations", "energie"],
        }
    )


_PARTNERS = (
    ("P1", "lawyer", "Cabinet Brinovval", "France", 1900.0, 0.08),
    ("P2", "enforcement_officer", "Étude Tralanmire", "69, 42, 38, 01", np.nan, np.nan),
    ("P3", "agency", "Dorivset Recouvrement", "France", 0.0, 0.12),
    ("P4", "mediator", "Médiation Sornelrive", "France", 180.0, np.nan),
    ("P5", "lawyer", "Cabinet Ostravel", "Auvergne-Rhône-Alpes", 1450.0, np.nan),
    ("P6", "enforcement_officer", "Étude Quenvalise", "Île-de-France", np.nan, np.nan),
    ("P7", "agency", "Rembalor Conseil", "France, Europe", 25.0, 0.09),
    ("P8", "enforcement_officer", "Étude Pivarnelle", "tout le Sud", np.nan, np.nan),
)
LAWYERS, OFFICERS, AGENCIES = ("P1", "P5"), ("P2", "P6", "P8"), ("P3", "P7")


def partners() -> pd.DataFrame:
    """Outside partners of the judicial phase and the third-party lane."""
    names = ("partner_id", "kind", "name", "area", "fixed_fee", "success_rate_fee")
    return pd.DataFrame(list(_PARTNERS), columns=list(names))


def working(among: tuple[str, ...], claims: np.ndarray) -> np.ndarray:
    """Which of some partners works on each claim: the same one for all its steps.

    >>> working(("P1", "P5"), np.array([0, 1, 5])).tolist()
    ['P1', 'P5', 'P5']
    """
    return np.asarray(among, dtype=object)[np.asarray(claims) % len(among)]


def ids(prefix: str, numbers: np.ndarray, width: int) -> np.ndarray:
    """Identifiers such as ``D000017``.

    >>> ids("D", np.array([17]), 6).tolist()
    ['D000017']
    """
    text = pd.Series(np.asarray(numbers)).astype(str).str.zfill(width)
    return (prefix + text).to_numpy(dtype=object)


def _shares(weights: dict[str, float]) -> np.ndarray:
    shares = np.array([weights[kind] for kind in KINDS], dtype=float)
    return shares / shares.sum()


def _where(kept: np.ndarray, values: object) -> np.ndarray:
    shown = np.array(np.broadcast_to(np.asarray(values, dtype=object), kept.shape))
    shown[~kept] = None
    return shown
