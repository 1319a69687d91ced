"""Each suit by each course: is it open, what does it bring against waiting, and how surely."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from data_schema.contract import codes, tables
from law import parameters
from law.courts import court as competent_court
from law.gates import checklist
from law.procedures import OUT_OF_COURT, gates
from models.litigation import tree
from models.litigation.facts import Suits, read_suits
from models.litigation.terms import Terms, commissions, terms

PRIOR = (0.4, 0.2, 0.2, 0.2)


@cache
def assumptions() -> dict[str, Any]:
    """Elicited figures that no law gives."""
    path = Path(__file__).parent / "assumptions.yaml"
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def compare(
    suits: pd.DataFrame,
    open_claims: pd.DataFrame,
    debtors: pd.DataFrame,
    creditors: pd.DataFrame,
    profiles: pd.DataFrame,
    recovery: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    as_of: date,
) -> pd.DataFrame:
    """Every course of every suit.

    Parameters
    ----------
    suits, open_claims, debtors
        ``core`` rows known on the day.
    creditors, documents
        tables in; may be empty.
    profiles, recovery
        scores of the day.

    Returns
    -------
    DataFrame
        ``mart.litigation`` without ``as_of``, sorted by suit and course. Amounts in EUR. Nets are
        against the best open course without a suit; exactly one course per suit is recommended,
        always an open one, and a suit only where it is worth more and hardly in doubt.
    """
    if suits.empty:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in _names()})
    by = assumptions()
    known = read_suits(
        suits,
        open_claims,
        debtors,
        creditors,
        profiles,
        recovery,
        documents,
        PRIOR,
        as_of=as_of,
        relief_now=by["vat_relief_now"],
    )
    draws = tree.draw(by["draws"], by["seed"])
    of = known.classes.of
    checks = [checklist(each) for each in known.classes.facts]
    open_to = {
        course: [gates(course, *each) for each in zip(known.classes.facts, checks, strict=True)]
        for course in codes("course")
    }
    admitted = {
        course: np.asarray([each.admissible for each in found], dtype=bool)[of]
        for course, found in open_to.items()
    }
    asked = {name: terms(name, known) for name in codes("course") if name not in OUT_OF_COURT}
    kept = 1 - commissions(known)
    parts = []
    for start in range(0, len(known.ids), by["batch"]):
        rows = slice(start, start + by["batch"])
        allowed = {course: each[rows] for course, each in admitted.items()}
        given = {course: each.rows(rows) for course, each in asked.items()}
        parts.append(_batch(known, rows, allowed, given, kept[rows], draws, by, as_of))
    table = pd.concat(parts, ignore_index=True)
    order = [(course, i) for course in codes("course") for i in range(len(known.ids))]
    place = {key: position for position, key in enumerate(order)}
    where = [place[key] for key in zip(table["course"], table["row"], strict=True)]
    obstacles = [open_to[course][of[i]].obstacles for course, i in order]
    tasks = [open_to[course][of[i]].tasks for course, i in order]
    row = table["row"].to_numpy()
    courts = _courts(known)
    in_court = ~np.isin(table["course"].astype(str), list(OUT_OF_COURT))
    table = table.assign(
        suit_id=known.ids[row],
        creditor_id=known.creditor_ids[row],
        debtor_id=known.debtor_ids[row],
        claim_ids=[known.claim_ids[i] for i in row],
        suit_amount=known.published_amount[row],
        obstacles=[obstacles[i] for i in where],
        tasks=[tasks[i] for i in where],
        court=np.where(in_court, courts[row], None),
    )
    return table.sort_values(["suit_id", "course"])[_names()].reset_index(drop=True)


def _names() -> list[str]:
    return [name for name in tables("out")["litigation"].names if name != "as_of"]


def _courts(known: Suits) -> np.ndarray:
    """Name of each suit's court."""
    names = [competent_court(facts).name for facts in known.classes.facts]
    return np.asarray(names, dtype=object)[known.classes.of]


def _batch(
    known: Suits,
    rows: slice,
    allowed: dict[str, np.ndarray],
    given: dict[str, Terms],
    kept: np.ndarray,
    u: Any,
    by: dict[str, Any],
    as_of: date,
) -> pd.DataFrame:
    partial = _partial_award(by, as_of)
    dividend = float(
        parameters.spread(
            "statistics", "insolvency_dividend", _known("statistics", "insolvency_dividend", as_of)
        ).central
    )
    base = tree.Stake(
        amount=known.amount[rows],
        interest=known.interest[rows],
        expected=known.expected[rows],
        p_full=known.p_full[rows],
        p_any=known.p_any[rows],
        vat_relief=known.relief[rows],
        relief_now=known.relief_now[rows],
        belief=known.belief[rows],
        insolvent=known.insolvent[rows],
        dividend=dividend,
        partial=np.ones(len(known.amount[rows])),
    )
    by_order = replace(base, partial=np.full_like(base.partial, partial))
    outcomes: dict[str, tree.Outcome] = {}
    going_on = tree.amicable(base, u, by)
    outcomes["amicable"] = going_on
    outcomes["plan"] = tree.plan(base, u, by)
    outcomes["agency"] = tree.agency(base, 1 - kept, u, by)
    outcomes["write_off"] = tree.write_off(base, u, by)
    for course in codes("course"):
        if course not in OUT_OF_COURT:
            stake = by_order if course in ("payment_order", "european_order") else base
            outcomes[course] = tree.court(
                stake, given[course], by["own_time"][course], going_on, u, by
            )
    return _judged(known, rows, outcomes, allowed, by)


def _known(subject: str, name: str, day: date) -> date:
    return parameters.begun(subject, name, day)


def _partial_award(by: dict[str, Any], as_of: date) -> float:
    """Share of what is asked that an order gives on average: some are granted in part only."""
    name = ("payment_order_statistics", "partial_among_accepted")
    part = float(parameters.number(*name, _known(*name, as_of)))
    return 1 - part * (1 - by["partial_award"])


def _judged(
    known: Suits,
    rows: slice,
    outcomes: dict[str, tree.Outcome],
    allowed: dict[str, np.ndarray],
    by: dict[str, Any],
) -> pd.DataFrame:
    """Nets against the best open course without a suit, and the course advised."""
    n = len(known.ids[rows])
    at = np.arange(n)
    calm = np.stack([outcomes[name].mean[:, 0] for name in OUT_OF_COURT], axis=1)
    open_calm = np.stack([allowed[name] for name in OUT_OF_COURT], axis=1)
    best = np.where(open_calm, calm, -np.inf).argmax(axis=1)
    best_cash = np.stack([outcomes[name].cash for name in OUT_OF_COURT], axis=1)[at, best]
    best_mean = calm[at, best]
    courses = codes("course")
    frames, worth = [], np.full((n, len(courses)), -np.inf)
    for column, course in enumerate(courses):
        outcome = outcomes[course]
        in_court = course not in OUT_OF_COURT
        mean = outcome.mean - best_mean[:, None]
        net = outcome.cash - best_cash
        expected = mean.mean(axis=1)
        doubt = (mean <= 0).mean(axis=1)
        quantiles = _deciles(net)
        advised = allowed[course] & (expected > 0) & (doubt <= by["doubt_max"])
        worth[:, column] = np.where(in_court & advised, expected, -np.inf)
        if not in_court:
            chosen = best == OUT_OF_COURT.index(course)
            worth[:, column] = np.where(chosen & allowed[course], 0.0, -np.inf)
        usual = known.median_days[rows]
        days = outcome.days if in_court else np.where(np.isnan(usual), by["amicable_days"], usual)
        frames.append(
            pd.DataFrame(
                {
                    "row": at + (rows.start or 0),
                    "course": course,
                    "admissible": allowed[course],
                    "cost": _cents(outcome.cost),
                    "p_success": outcome.p_success if in_court else 0.0,
                    "p_collect": np.clip(outcome.p_collect, 0, 1),
                    "expected_net": _cents(expected),
                    "p10": _cents(quantiles[0]),
                    "p50": _cents(quantiles[1]),
                    "p90": _cents(quantiles[2]),
                    "p_loss": (net < -0.005).mean(axis=1),
                    "break_even_amount": _break_even(
                        known.amount[rows], expected, outcome, in_court
                    ),
                    "duration_days": pd.array(np.rint(days), dtype="Int64")
                    if course != "write_off"
                    else pd.array([pd.NA] * n, dtype="Int64"),
                }
            )
        )
    advice = worth.argmax(axis=1)
    for column, frame in enumerate(frames):
        frame["recommended"] = advice == column
    return pd.concat(frames, ignore_index=True)


def _break_even(
    amount: np.ndarray, expected: np.ndarray, outcome: tree.Outcome, in_court: bool
) -> np.ndarray:
    """Amount at which the course is worth no more than the best without a suit.

    What moves with the amount is scaled, fixed costs are not; NaN where no amount is enough.
    """
    if not in_court:
        return np.full(len(amount), np.nan)
    slope = np.divide(expected + outcome.fixed, amount, out=np.zeros(len(amount)), where=amount > 0)
    reached = np.divide(outcome.fixed, slope, out=np.full(len(amount), np.nan), where=slope > 1e-9)
    return _cents(np.where(reached > 0, reached, np.nan))


def _deciles(net: np.ndarray) -> np.ndarray:
    """First, fifth and ninth decile of each suit's draws, shape (3, n_suits)."""
    last = net.shape[1] - 1
    at = [round(share * last) for share in (0.1, 0.5, 0.9)]
    return np.partition(net, at, axis=1)[:, at].T


def _cents(values: np.ndarray) -> np.ndarray:
    return np.rint(values * 100) / 100
