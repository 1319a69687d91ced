"""Each suit by each course: is it open, what does it bring against waiting, and how surely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data_schema import yaml_text
from data_schema.contract import codes, tables
from law import parameters
from law.costs import vat_factor
from law.gates import checklist
from law.procedures import OUT_OF_COURT, Gates, gates
from models.litigation import calm
from models.litigation.calm import Calm, Stake
from models.litigation.facts import Suits, read_suits
from models.litigation.figures import cents, of_calm, of_court
from models.litigation.hired import Hired, Partners
from models.litigation.inputs import report_value
from models.litigation.own import Own, own_record
from models.litigation.past import IN_PART, traits_of
from models.litigation.places import courts, doors
from models.litigation.reach import usual_reach
from models.litigation.terms import Terms, commissions, terms
from models.litigation.worth import Docket, Weigher, Worth

PRIOR = (0.4, 0.2, 0.2, 0.2)
#: Debtors whose silence is never counted as a gain.
PROTECTED = ("consumer", "unknown")


@cache
def assumptions() -> dict[str, Any]:
    """Elicited figures that no law gives."""
    path = Path(__file__).parent / "assumptions.yaml"
    content: dict[str, Any] = yaml_text.loaded(path.read_text(encoding="utf-8"))
    return content


def compare(
    suits: pd.DataFrame,
    open_claims: pd.DataFrame,
    debtors: pd.DataFrame,
    creditors: pd.DataFrame,
    profiles: pd.DataFrame,
    recovery: pd.DataFrame,
    documents: pd.DataFrame,
    own: Own | None = None,
    *,
    as_of: date,
    seats: pd.DataFrame | None = None,
    partners: Partners | None = None,
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
    own
        what the creditors' past suits tell (``own_outcomes``); nothing if None.
    seats
        courts by commune, where the user loaded a table (``pipelines.sources.courts``).
    partners
        whose fees the courses bear; the usual ones if None.

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
        suits, open_claims, debtors, creditors, profiles, recovery, documents, PRIOR,
        as_of=as_of, relief_now=by["vat_relief_now"],
        relief_failed=by["vat_relief_after_enforcement"], seats=seats,
    )  # fmt: skip
    of = known.classes.of
    open_to = gates_of(known)
    admitted = admitted_to(known, open_to)
    columns = _columns(known, admitted, own or Own(by), by, as_of, partners)
    n = len(known.ids)
    names = sorted(codes("course"))
    table = {
        name: np.stack([columns[course][name] for course in names], axis=1).ravel()
        for name in columns[names[0]]
    }
    spelled = {
        "suit_id": known.ids,
        "creditor_id": known.creditor_ids,
        "debtor_id": known.debtor_ids,
        "suit_amount": known.published_amount,
        "titled_amount": known.titled,
    }
    table |= {name: np.repeat(values, len(names)) for name, values in spelled.items()}
    table["course"] = np.tile(np.asarray(names, dtype=object), n)
    table["claim_ids"] = _repeated(known.claim_ids, len(names))
    for name in ("obstacles", "tasks"):
        told = [[getattr(each, name) for each in open_to[course]] for course in names]
        table[name] = _in_order(told, of)
    for name, values in zip(("court", "court_reason"), _courts(known, names), strict=True):
        table[name] = values
    table["duration_days"] = pd.array(table["duration_days"], dtype="Int64")
    return pd.DataFrame(table)[_names()]


def least_gain(worth: Worth, by: dict[str, Any]) -> np.ndarray:
    """What a suit must bring beyond the best course without one to be advised, (n_suits,), EUR."""
    return np.asarray(np.maximum(by["least_return"] * worth.cost, by["least_gain"]))


def own_outcomes(past: pd.DataFrame, ripe: pd.DataFrame, *, as_of: date) -> Own:
    """What past suits tell: ``features.past_suits`` and ``features.ripe_accounts`` of a day."""
    return own_record(past, ripe, assumptions(), as_of=as_of)


def gates_of(known: Suits) -> dict[str, list[Gates]]:
    """Gates of each course for each class of suits."""
    # A gate that is passed closes nothing and asks for nothing.
    checks = [
        tuple(gate for gate in checklist(each) if not gate.passed) for each in known.classes.facts
    ]
    return {
        course: [gates(course, *each) for each in zip(known.classes.facts, checks, strict=True)]
        for course in codes("course")
    }


def admitted_to(known: Suits, open_to: Mapping[str, list[Gates]]) -> dict[str, np.ndarray]:
    """Whether each course is open, shape (n_suits,) each."""
    of = known.classes.of
    return {
        course: np.asarray([each.admissible for each in found], dtype=bool)[of]
        for course, found in open_to.items()
    }


@dataclass(frozen=True)
class Scales:
    """What every course is weighed on.

    ``asked``: terms of the courses in court; ``calms``: the courses without a suit; ``best``: the
    place of the best open one of them, shape (n_suits,).
    """

    docket: Docket
    stake: Stake
    asked: dict[str, Terms]
    calms: dict[str, Calm]
    best: np.ndarray
    hired: Hired

    def given(self, course: str, own: Own) -> Terms:
        """Terms of a course at the creditors' own pace and prices, and its partners' fees."""
        official = self.asked[course]
        return self.hired.priced(
            course, own.adjusted(course, official, self.docket.group), official
        )


def scales(
    known: Suits,
    admitted: Mapping[str, np.ndarray],
    own: Own,
    by: dict[str, Any],
    as_of: date,
    partners: Partners | None = None,
) -> Scales:
    """Terms, stakes and the best course without a suit, for all suits at once."""
    asked = {name: terms(name, known) for name in codes("course") if name not in OUT_OF_COURT}
    facts = known.classes.facts
    protected = np.asarray([each.debtor_kind in PROTECTED for each in facts], dtype=bool)
    natural = protected[known.classes.of]
    enforced = asked["enforcement"]
    reach = usual_reach(enforced["p_enforced"][enforced.place, 1], natural, known.amount, by)
    hired = Hired(partners, known, np.exp(reach), commissions(known), as_of)
    stake = _stake(known, *hired.agency(), as_of)
    calms = calm.calm_courses(stake, by)
    means = np.stack([each.mean for each in calms.values()], axis=1)
    open_calm = np.stack([admitted[name] for name in calms], axis=1)
    best = np.where(open_calm, means, -np.inf).argmax(axis=1)
    at = np.arange(len(best))
    of_best = Calm(
        **{
            each.name: np.stack([getattr(found, each.name) for found in calms.values()])[best, at]
            for each in fields(Calm)
        }
    )
    documented, disputed = (
        np.asarray([getattr(each, name) for each in facts], dtype=bool)[known.classes.of]
        for name in ("is_documented", "has_serious_dispute")
    )
    traits = traits_of(
        known.score, known.amount, known.months, documented, disputed, natural, as_of
    )
    docket = Docket(
        stake, known.months, reach, natural, own.group_of(known.creditor_ids), traits,
        of_best, calms["amicable"],
    )  # fmt: skip
    return Scales(docket, stake, asked, calms, best, hired)


def _columns(
    known: Suits,
    admitted: dict[str, np.ndarray],
    own: Own,
    by: dict[str, Any],
    as_of: date,
    partners: Partners | None,
) -> dict[str, dict[str, np.ndarray]]:
    """The figures of each course, shape (n_suits,) each."""
    on = scales(known, admitted, own, by, as_of, partners)
    docket, stake, of_best = on.docket, on.stake, on.docket.best
    weigher = Weigher(docket, own, by)
    partial = granted_in_part(as_of)
    columns, gains, worths = {}, {}, {}
    for course in on.asked:
        given = on.given(course, own)
        worth = weigher.course(course, given, admitted[course], partial * (course in IN_PART))
        worths[course] = worth
        columns[course] = of_court(worth, stake, given, of_best, by)
        enough = worth.expected > least_gain(worth, by)
        sure = admitted[course] & enough & (worth.doubt <= by["doubt_max"])
        gains[course] = np.where(sure, worth.expected, -np.inf)
    usual = np.where(np.isnan(known.median_days), by["amicable_days"], known.median_days)
    for place, (course, found) in enumerate(on.calms.items()):
        columns[course] = of_calm(found, of_best, known.amount, usual, course)
        gains[course] = np.where((on.best == place) & admitted[course], 0.0, -np.inf)
    told = _report(worths, admitted, of_best, known, by, as_of)
    names = codes("course")
    chosen = np.stack([gains[name] for name in names], axis=1).argmax(axis=1)
    for place, course in enumerate(names):
        columns[course] |= {"admissible": admitted[course], "recommended": chosen == place}
        columns[course] |= told | on.hired.columns(course, on.asked.get(course))
    return columns


def _stake(known: Suits, commission: np.ndarray, agency_fee: np.ndarray, as_of: date) -> Stake:
    name = ("statistics", "insolvency_dividend")
    dividend = float(parameters.spread(*name, parameters.begun(*name, as_of)).central)
    # Between low, central and high on average, as drawn between them evenly.
    owed = known.contribution @ np.asarray([0.25, 0.5, 0.25])
    return Stake(
        amount=known.amount,
        interest=known.interest,
        expected=known.expected,
        p_full=known.p_full,
        p_any=known.p_any,
        relief=known.relief,
        relief_now=known.relief_now,
        belief=known.belief,
        insolvent=known.insolvent,
        dividend=dividend,
        commission=commission,
        agency_fee=agency_fee,
        contribution=owed,
    )


def _report(
    worths: dict[str, Worth],
    admitted: dict[str, np.ndarray],
    best: Calm,
    known: Suits,
    by: dict[str, Any],
    as_of: date,
) -> dict[str, np.ndarray]:
    """What a report on the debtor is worth and costs, the same for every course of a suit."""
    sure, told = report_value(worths, admitted, best, ~np.isnan(known.score), by)
    name = ("market_prices", "solvency_report_ht")
    price = float(parameters.spread(*name, parameters.begun(*name, as_of)).central)
    taxed = np.asarray([float(vat_factor(each)) for each in known.classes.facts])
    prices = (price * taxed)[known.classes.of]
    return {
        "information_value": cents(sure),
        "report_value": cents(told),
        "buy_report": told > prices,
    }


def _courts(known: Suits, courses: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Court of each suit and course, and the reason; None without one."""
    nowhere = np.full(len(known.ids), None, dtype=object)
    same = doors([course for course in courses if course not in OUT_OF_COURT])
    found = {each: courts(known.classes, known.places, each) for each in set(same.values())}
    answers = [found[same[c]] if c in same else (nowhere, nowhere) for c in courses]
    names, reasons = (np.stack(each, axis=1).ravel() for each in zip(*answers, strict=True))
    return names, reasons


def granted_in_part(as_of: date) -> float:
    """Share of the orders granted that grant a part of what was asked."""
    name = ("payment_order_statistics", "partial_among_accepted")
    return float(parameters.number(*name, parameters.begun(*name, as_of)))


def _repeated(values: list[Any], times: int) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return np.repeat(found, times)


def _in_order(told: list[list[list[str]]], of: np.ndarray) -> np.ndarray:
    """Lists by course and class, as one list per suit and course."""
    by_class = np.empty((len(told[0]), len(told)), dtype=object)
    for column, each in enumerate(told):
        by_class[:, column] = each
    return by_class[of].ravel()


def _names() -> list[str]:
    return [name for name in tables("out")["litigation"].names if name != "as_of"]
