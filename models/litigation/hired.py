"""Whom each course of each suit is given to, and what that partner's fee makes of its costs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from law import parameters
from law.partners import professions
from law.procedures import OUT_OF_COURT
from models.litigation.classes import told_apart
from models.litigation.columns import text
from models.litigation.facts import Suits
from models.litigation.terms import Terms
from models.partners.choice import Choice, Places, Task, choose, fees
from models.partners.register import Register

_WORK = {
    "lawyer": ("suit", "title"),
    "enforcement_officer": ("enforcement", "cash"),
    "agency": ("collection", "cash"),
    "mediator": ("mediation", "cash"),
}
#: What the law's records call the usual fee of a lawyer.
LAWYER_PRICE = {"summary": "lawyer_interim_ht", "merits": "lawyer_merits_tc_ht"}


@dataclass(frozen=True)
class Partners:
    """The register of a day, and whom people chose (``core.partner_choices``)."""

    register: Register
    choices: pd.DataFrame


@dataclass
class Hired:
    """Partners chosen for the suits of a day; with no register nobody is and nothing moves.

    ``within``: EUR within reach of a suit, shape (n_suits,);
    ``commission``: the usual share an agency keeps, with the VAT that stays.
    """

    partners: Partners | None
    known: Suits
    within: np.ndarray
    commission: np.ndarray
    as_of: date
    _tasks: dict[tuple[str, str], Task] = field(default_factory=dict)
    _made: dict[str, tuple[np.ndarray, Choice]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Where the suits are brought, and at which VAT."""
        facts, of = self.known.classes.facts, self.known.classes.of
        country = np.asarray([each.country for each in facts], dtype=object)[of]
        places = self.known.places
        each = (places.postcode, places.town, country)
        at, first = told_apart(each, len(country))
        self.places = Places(*(column[first] for column in each), at)
        recovers = np.asarray([each.recovers_vat for each in facts], dtype=bool)[of]
        rate = parameters.begun("vat", "standard_rate", self.as_of)
        self._vat = np.where(
            recovers, 1.0, 1 + float(parameters.number("vat", "standard_rate", rate))
        )
        self._said: dict[str, np.ndarray] = {}
        self.register = None if self.partners is None else self.partners.register

    def of(self, course: str, terms: Terms | None) -> tuple[np.ndarray, Choice]:
        """Kind of partner that leads a course, None without one, and the choice; (n_suits,)."""
        if course not in self._made:
            facts, of = self.known.classes.facts, self.known.classes.of
            leads = [next(iter(professions(course, each)), None) for each in facts]
            kind = np.asarray(leads, dtype=object)[of]
            self._made[course] = (kind, self._chosen(course, kind, terms))
        return self._made[course]

    def _chosen(self, course: str, kind: np.ndarray, terms: Terms | None) -> Choice:
        n = len(kind)
        made = Choice(
            np.full(n, -1), np.full(n, None, dtype=object), np.full(n, np.nan), np.full(n, np.nan)
        )
        kinds = sorted({str(each) for each in kind if each is not None})
        for each in kinds:
            rows = kind == each
            if self.register is None:
                made.reason[rows] = "none_on_file"
                continue
            task = self.task(course, each, terms)
            found = choose(self.register, task, self.places, self.said(each), self.among(each))
            for name in ("place", "reason", "gain", "ahead"):
                getattr(made, name)[rows] = getattr(found, name)[rows]
        return made

    def among(self, kind: str) -> np.ndarray:
        """Places of those who may do the work of a kind of partner.

        An officer may collect without a judge too, where its fee for that is told.
        """
        if self.register is None:
            return np.zeros(0, dtype=int)
        if kind != "agency":
            return self.register.of_kind(kind)
        officers = self.register.of_kind("enforcement_officer")
        told = officers[~np.isnan(self.register.rate[officers])]
        return np.sort(np.concatenate([self.register.of_kind("agency"), told]))

    def task(self, course: str, kind: str, terms: Terms | None) -> Task:
        """What a partner of a kind would do by a course."""
        if (course, kind) not in self._tasks:
            self._tasks[(course, kind)] = self._task(course, kind, terms)
        return self._tasks[(course, kind)]

    def _task(self, course: str, kind: str, terms: Terms | None) -> Task:
        work, measure = _WORK[kind]
        known, none = self.known, np.zeros(len(self.known.ids))
        if terms is None:
            return Task(
                kind, work, measure, known.expected, np.clip(known.p_any, 0.01, 1), none,
                self.commission if kind == "agency" else none, self._vat, True,
            )  # fmt: skip
        granted, opposed, won, enforced = (
            terms[name][terms.place, 1]
            for name in ("p_granted", "p_opposed", "p_won_if_opposed", "p_enforced")
        )
        title = granted * (1 - opposed + opposed * won)
        claimed = np.minimum(known.amount + known.interest, self.within)
        fee = none
        if kind == "lawyer":
            fee = float(self.price(course).central) * self._vat
        return Task(
            kind,
            work,
            measure,
            claimed * title * enforced,
            title if measure == "title" else enforced,
            fee,
            none,
            self._vat,
            kind == "lawyer",
        )

    def price(self, course: str) -> parameters.Range:
        """The usual fee of a lawyer for a course, EUR before tax."""
        name = ("market_prices", LAWYER_PRICE.get(course, "lawyer_merits_tc_ht"))
        return parameters.spread(*name, parameters.begun(*name, self.as_of))

    def said(self, kind: str) -> np.ndarray:
        """Place of the partner of a kind that a person chose for each suit; -1 without."""
        if kind not in self._said:
            self._said[kind] = _last_words(self.partners, kind, self.known)
        return self._said[kind]

    def priced(self, course: str, given: Terms, official: Terms) -> Terms:
        """The terms with the fee of the lawyer chosen in the place of the usual one.

        ``given``: the official terms at the creditor's own pace and prices, which bear on all but
        a fee that is agreed.
        """
        kind, made = self.of(course, official)
        if self.register is None:
            return given
        told = ~(np.isnan(self.register.fixed) & np.isnan(self.register.rate))
        hired = (made.place >= 0) & (kind == "lawyer")
        hired[hired] = told[made.place[hired]]
        if not hired.any():
            return given
        who = np.where(hired, made.place, -1)
        of, first = told_apart([given.place, who], len(who))
        place, before = given.place[first], official.place[first]
        ranges = {name: each[place].copy() for name, each in given.ranges.items()}
        factor = given.cost_factor[place]
        advance = official["advance_cost"][before]
        pace = np.divide(
            ranges["advance_cost"][:, 1], advance[:, 1],
            out=np.ones(len(first)), where=advance[:, 1] > 0,
        )  # fmt: skip
        usual = self.price(course)
        line = np.asarray([float(usual.low), float(usual.central), float(usual.high)])
        success = np.zeros(len(first))
        task = self.task(course, "lawyer", official)
        for at, row in enumerate(first):
            if who[row] < 0:
                continue
            fixed, rate = fees(self.register, int(who[row]), task, np.asarray([row]))
            success[at] = rate[0]
            if not np.isnan(self.register.fixed[who[row]]):
                without = np.maximum(advance[at] - line * factor[at], 0) * pace[at]
                ranges["advance_cost"][at] = without + fixed[0]
        return replace(
            given, ranges=ranges, place=of, cost_factor=given.cost_factor[place], success=success
        )

    def agency(self) -> tuple[np.ndarray, np.ndarray]:
        """Share kept and fixed fee of the agency chosen, with the VAT that stays; (n_suits,)."""
        _, made = self.of("agency", None)
        share, fixed = self.commission.copy(), np.zeros(len(self.commission))
        task = self.task("agency", "agency", None)
        for at in np.unique(made.place[made.place >= 0]):
            if self.register is not None:
                rows = np.flatnonzero(made.place == at)
                fixed[rows], share[rows] = fees(self.register, int(at), task, rows)
        return share, fixed

    def columns(self, course: str, terms: Terms | None) -> dict[str, Any]:
        """What is published of the partner of a course, shape (n_suits,) each."""
        n = len(self.known.ids)
        none = np.full(n, None, dtype=object)
        if course in OUT_OF_COURT and course != "agency":
            unknown = np.full(n, np.nan)
            return {
                "partner_kind": none, "partner_id": none, "partner_reason": none,
                "partner_gain": unknown, "partner_ahead": unknown,
            }  # fmt: skip
        kind, made = self.of(course, terms)
        ids = none.copy()
        hired = made.place >= 0
        if self.register is not None:
            ids[hired] = self.register.ids[made.place[hired]]
        return {
            "partner_kind": kind,
            "partner_id": ids,
            "partner_reason": made.reason,
            "partner_gain": np.round(made.gain, 2),
            "partner_ahead": np.round(made.ahead, 2),
        }


def _last_words(partners: Partners | None, kind: str, known: Suits) -> np.ndarray:
    found = np.full(len(known.ids), -1)
    if partners is None or partners.choices.empty:
        return found
    register, choices = partners.register, partners.choices
    rows = choices[choices["partner_kind"] == kind].sort_values(["chosen_at", "claim_id"])
    place = {str(each): at for at, each in enumerate(register.ids)}
    # Rows of a later moment come last and so count.
    last = {
        str(claim): (rank, place.get(str(partner), -1))
        for rank, (claim, partner) in enumerate(
            zip(text(rows, "claim_id"), text(rows, "partner_id"), strict=True)
        )
    }
    if last:
        for at, claims in enumerate(known.claim_ids):
            found[at] = max((last[each] for each in claims if each in last), default=(0, -1))[1]
    return found
