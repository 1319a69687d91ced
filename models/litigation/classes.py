"""Suits that the law cannot tell apart: it is asked once for all of them, in its own words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from law import parameters
from law.costs import tae_contribution
from law.courts import LOCAL_LAW_DEPARTMENTS, TAE_DEPARTMENTS
from law.facts import SuitFacts
from law.steps import age_steps, amount_steps, contribution_above, solvency_steps
from models.litigation.columns import day, flag, number, text


@dataclass(frozen=True)
class Classes:
    """``of``, shape (n_suits,): the class of each suit; ``facts``: one suit of each class.

    Suits of a class differ in what no gate and no tariff looks at: who, and how much between two
    steps of the law.
    """

    of: np.ndarray
    facts: list[SuitFacts]


def told_apart(columns: Iterable[np.ndarray], n: int) -> tuple[np.ndarray, np.ndarray]:
    """The class of each of ``n`` rows, numbered as first met, and the first row of each class.

    Rows are of one class when they agree in every column; a missing value is a value.

    >>> told_apart([np.array(["a", "a", "b", "a"]), np.array([1, 1, 1, 2])], 4)
    (array([0, 0, 1, 2]), array([0, 2, 3]))
    """
    of = np.zeros(n, dtype=np.int64)
    for column in columns:
        codes, values = pd.factorize(column, use_na_sentinel=False)
        of, _ = pd.factorize(of * max(len(values), 1) + codes)
    _, first = np.unique(of, return_index=True)
    return of, first


def classified(
    sums: pd.DataFrame, debtor: pd.DataFrame, creditor: pd.DataFrame, as_of: date
) -> tuple[Classes, np.ndarray]:
    """Classes of the suits and the contribution of each, shape (n_suits, 3), in EUR.

    ``sums``, ``debtor``, ``creditor``: one row per suit, in the same order.
    """
    of, first = told_apart(_seen(sums, debtor, creditor, as_of), len(sums))
    rows = (frame.iloc[first].reset_index(drop=True) for frame in (sums, debtor, creditor))
    classes = Classes(of, _facts(*rows, as_of))
    return classes, _contributions(sums, classes, as_of)


def _seen(
    sums: pd.DataFrame, debtor: pd.DataFrame, creditor: pd.DataFrame, as_of: date
) -> list[np.ndarray]:
    """What the law looks at in a suit, a column each; numbers as the step they lie on."""
    amount = sums["amount"].to_numpy(dtype=float)
    claimed = np.round(np.nan_to_num(amount + sums["interest"].to_numpy(dtype=float)), 2)
    steps = np.asarray([float(each) for each in amount_steps()])
    today = np.datetime64(as_of, "D")
    age = (today - sums["due"].to_numpy().astype("datetime64[D]")).astype(float)
    expires = sums["expires"].to_numpy().astype("datetime64[D]")
    department = pd.Series(text(debtor, "postcode")).str[:2]
    special = department.where(department.isin(LOCAL_LAW_DEPARTMENTS | TAE_DEPARTMENTS), "")
    # Only where the contribution may be due does the size of the creditor count.
    large = claimed > float(contribution_above())
    size = [np.where(large, number(creditor, name), np.nan) for name in _SIZES]
    return [
        np.searchsorted(steps, amount),
        np.searchsorted(steps, claimed),
        np.where(sums["undated"].to_numpy(dtype=bool), -1, np.searchsorted(age_steps(), age)),
        np.isnat(expires) | (expires > today),
        np.digitize(np.nan_to_num(number(debtor, "solvency_score"), nan=-1), _levels(as_of)),
        np.isnan(number(debtor, "solvency_score")),
        special.to_numpy(dtype=object),
        *(text(debtor, name) for name in ("kind", "country", "is_trader", "insolvency_kind")),
        _addressed(debtor),
        _declaring_is_over(debtor, as_of),
        text(creditor, "kind"),
        text(creditor, "country", "FR"),
        *(flag(creditor, name, missing=name == "recovers_vat") for name in _VAT),
        sums["vat"].to_numpy(dtype=float) > 0,
        *size,
        np.where(large, sums["before_tae"].to_numpy(dtype=object), None),
        *(sums[name].to_numpy() for name in _PLAIN),
    ]


_PLAIN = (
    *("undated", "unnoticed", "barred", "title", "in_court", "disputed", "founded", "order"),
    "proof",
    *("shown", "nature", "assigned", "unagreed", "insured", "unasked", "unattempted", "chased"),
    *("approved", "refused", "lost", "unenforceable", "declared", "enforceable"),
)
_SIZES = ("headcount", "turnover", "profit_avg_3y")
_VAT = ("recovers_vat", "vat_on_receipts")


def _levels(as_of: date) -> list[float]:
    return [0.0, *(float(each) for each in solvency_steps(as_of))]


def _addressed(debtor: pd.DataFrame) -> np.ndarray:
    """Whether the debtor can be found: a street, a postcode, or a register number."""
    known = [text(debtor, name) for name in ("postcode", "siren", "address")]
    return np.asarray(
        [any(each is not None for each in row) for row in zip(*known, strict=True)], dtype=bool
    )


def _declaring_is_over(debtor: pd.DataFrame, as_of: date) -> np.ndarray:
    """Whether the time to declare, and the longer one to ask for relief, have both passed.

    Source: Code de commerce, art. L622-26: six months from the publication, else the opening.
    """
    name = ("insolvency", "relief_from_forfeiture_months")
    months = parameters.whole(*name, parameters.begun(*name, as_of))
    published, opened = (
        pd.Series(day(debtor, f"insolvency_{each}_on").astype("datetime64[s]"))
        for each in ("published", "opened")
    )
    last = published.fillna(opened) + pd.DateOffset(months=months)
    return np.asarray(last < pd.Timestamp(as_of), dtype=bool)


def _contributions(sums: pd.DataFrame, classes: Classes, as_of: date) -> np.ndarray:
    """Bounds of the contribution; only the few suits above its threshold are asked about."""
    amount, interest = (sums[name].to_numpy(dtype=float) for name in ("amount", "interest"))
    claimed = np.round(np.nan_to_num(amount + interest), 2)
    found = np.zeros((len(amount), 3))
    for row in np.flatnonzero(claimed > float(contribution_above())):
        asked = {"amount": _cents(amount[row]), "interest": _cents(interest[row])}
        owed = tae_contribution(replace(classes.facts[classes.of[row]], **asked)).amount
        found[row] = float(owed.low), float(owed.central), float(owed.high)
    return found


def _facts(
    sums: pd.DataFrame, debtor: pd.DataFrame, creditor: pd.DataFrame, as_of: date
) -> list[SuitFacts]:
    postcode, addressed = text(debtor, "postcode"), _addressed(debtor)
    over = _declaring_is_over(debtor, as_of)
    trader, insolvency = text(debtor, "is_trader"), text(debtor, "insolvency_kind")
    score = number(debtor, "solvency_score")
    kind, country = text(debtor, "kind", "unknown"), text(debtor, "country", "FR")
    lender, lives_in = text(creditor, "kind", "company"), text(creditor, "country", "FR")
    headcount = number(creditor, "headcount")
    turnover, profit = number(creditor, "turnover"), number(creditor, "profit_avg_3y")
    deducts = flag(creditor, "recovers_vat", missing=True)
    on_receipts = flag(creditor, "vat_on_receipts")
    rows = sums.to_dict("records")
    return [
        SuitFacts(
            amount=_cents(row["amount"]),
            as_of=as_of,
            interest=_cents(row["interest"]),
            debtor_kind=str(kind[i]),
            creditor_kind=str(lender[i]),
            nature=str(row["nature"]),
            country=str(country[i]),
            creditor_country=str(lives_in[i]),
            postcode=None if postcode[i] is None else str(postcode[i]),
            is_trader=None if trader[i] is None else bool(trader[i]),
            before_tae=row["before_tae"],
            solvency_score=None if np.isnan(score[i]) else float(score[i]),
            oldest_due_on=None if row["undated"] else _date(row["due"]),
            formal_notice_on=None if row["unnoticed"] else _date(row["notice"]),
            formal_notice_expires_on=None if row["unnoticed"] else _date(row["expires"]),
            has_order=bool(row["order"]),
            has_delivery_proof=bool(row["proof"]),
            has_terms=bool(row["terms"]),
            documents=row["documents"],
            has_serious_dispute=bool(row["disputed"]),
            has_founded_dispute=bool(row["founded"]),
            insolvency=None if insolvency[i] is None else str(insolvency[i]),
            is_declared=bool(row["declared"]),
            declaring_is_over=bool(over[i]),
            time_barred=bool(row["barred"]),
            has_title=bool(row["title"]),
            is_enforceable=bool(row["enforceable"]),
            in_court=bool(row["in_court"]),
            was_lost=bool(row["lost"]),
            is_unenforceable=bool(row["unenforceable"]),
            address_known=bool(addressed[i]),
            insured=bool(row["insured"]),
            insurer_agrees=not row["unasked"],
            assigned=bool(row["assigned"]),
            assignee_agrees=not row["unagreed"],
            amicable_attempt_on=None if row["unattempted"] else _date(row["attempted"]),
            was_chased=bool(row["chased"]),
            approved=False if row["refused"] else True if row["approved"] else None,
            headcount=None if np.isnan(headcount[i]) else int(headcount[i]),
            turnover=None if np.isnan(turnover[i]) else _cents(turnover[i]),
            profit=None if np.isnan(profit[i]) else _cents(profit[i]),
            recovers_vat=bool(deducts[i]),
            vat_on_receipts=bool(on_receipts[i]),
            vat_amount=_cents(row["vat"]),
        )
        for i, row in enumerate(rows)
    ]


def _cents(value: float) -> Decimal:
    return Decimal(0) if np.isnan(value) else Decimal(f"{value:.2f}")


def _date(value: Any) -> date | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()
