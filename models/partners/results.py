"""What each partner's own files brought, corrected for the files it got, drawn to the usual.

What a file lets expect is the law's central chances for its course, proof, dispute and solvency
(``law.terms``), faded by age as the worth of suits counts it; without a judge, the house's own
files of like debtors, age and amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from scipy.special import expit, logit

from models.litigation.classes import told_apart
from models.litigation.columns import flag, number, text
from models.litigation.past import IN_PART, of_law
from models.litigation.reach import NATURAL
from models.partners.shrinkage import Shrunk, shrunk_means, shrunk_odds

COLUMNS = (
    *("partner_id", "work", "measure", "n", "observed", "expected", "value", "low", "high"),
    *("usual", "ratio"),
)


@cache
def assumptions() -> Mapping[str, Any]:
    """What shrinks a partner's results."""
    path = Path(__file__).with_name("assumptions.yaml")
    content: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


@dataclass(frozen=True)
class _Files:
    """Files of one kind of work, shape (n_files,): the partner's place, and each measure.

    A measure is NaN where a file does not tell it; ``chance``, ``usual``: what each file lets
    expect of a share and of a time or cost.
    """

    work: str
    ids: list[str]
    partner: np.ndarray
    measures: Mapping[str, np.ndarray]
    chance: Mapping[str, np.ndarray]
    usual: Mapping[str, np.ndarray]


def partner_results(
    suits: pd.DataFrame, handed: pd.DataFrame, litigation: Mapping[str, Any], *, as_of: date
) -> pd.DataFrame:
    """The rows of ``mart.partner_results`` without ``as_of``, in the order of their key.

    Parameters
    ----------
    suits
        ``training.partner_suits``; may be empty.
    handed
        ``training.hand_overs``; may be empty.
    litigation
        The assumptions of the worth of suits: how enforcement fades with age.
    """
    rows: list[dict[str, Any]] = []
    for work in ("suit", "enforcement"):
        part = suits[suits["work"] == work].reset_index(drop=True) if len(suits) else suits
        if len(part):
            rows += _told(_of_suits(part, work, litigation, as_of))
    for work in ("collection", "mediation"):
        part = handed[handed["work"] == work].reset_index(drop=True) if len(handed) else handed
        if len(part):
            rows += _told(_of_hand_overs(part, work))
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    return found.sort_values(["partner_id", "work", "measure"], ignore_index=True)


def _of_suits(part: pd.DataFrame, work: str, litigation: Mapping[str, Any], as_of: date) -> _Files:
    terms = of_law(part, as_of)

    def central(name: str) -> np.ndarray:
        return np.asarray([float(getattr(each, name).central) for each in terms])

    granted, opposed, won = (_known(part, name) for name in ("granted", "opposed", "won"))
    # Only an order may be opposed; of others the first answer of the court is the last.
    final = ~np.isin(text(part, "procedure", "").astype(str), IN_PART) | (opposed == 0)
    title = np.where((granted == 0) | final, granted, won)
    cash = _known(part, "collected")
    share = np.where(cash == 1, number(part, "collected_share", 1.0), cash)
    p_opposed = central("p_opposed")
    titled = central("p_granted") * (1 - p_opposed + p_opposed * central("p_won_if_opposed"))
    months = np.nan_to_num(number(part, "months"), nan=litigation["usual_months"])
    late = np.clip(months - litigation["usual_months"], 0, litigation["most_months"])
    enforced = np.clip(central("p_enforced"), 0.01, 0.99)
    enforced = expit(logit(enforced) - litigation["decay_monthly"] * np.round(late))
    measures = {
        "cash": cash,
        "share": share,
        "days": number(part, "days_to_title" if work == "suit" else "days_to_cash"),
        "cost": number(part, "partner_cost"),
    }
    if work == "suit":
        measures = {"title": title, **measures}
    usual = ("days_to_title", "advance_cost") if work == "suit" else (
        "days_enforcement", "enforcement_cost")  # fmt: skip
    return _Files(
        work,
        *_partners(part),
        measures,
        {"title": titled, "cash": enforced, "share": enforced},
        {"days": central(usual[0]), "cost": central(usual[1])},
    )


def _of_hand_overs(part: pd.DataFrame, work: str) -> _Files:
    by = assumptions()
    cash = flag(part, "is_collected").astype(float)
    natural = np.isin(text(part, "kind", "unknown"), NATURAL)
    age = np.digitize(np.nan_to_num(number(part, "days_overdue")), by["overdue_bounds"])
    size = np.digitize(np.nan_to_num(number(part, "balance_eur")), by["amount_bounds"])
    of, _ = told_apart([natural, age, size], len(part))
    n, good = np.bincount(of).astype(float), np.bincount(of, cash)
    whole = (cash.sum() + 0.5) / (len(cash) + 1)
    chance = ((good + by["alike_files"] * whole) / (n + by["alike_files"]))[of]
    measures = {
        "cash": cash,
        "share": number(part, "collected_share", 0.0),
        "days": number(part, "days_to_cash"),
        "cost": number(part, "partner_cost"),
    }
    ones = np.ones(len(part))
    return _Files(
        work,
        *_partners(part),
        measures,
        {"cash": chance, "share": chance},
        {"days": ones, "cost": ones},
    )


def _told(files: _Files) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for measure, values in files.measures.items():
        # A day or a euro is the least that a logarithm tells.
        timed = measure in ("days", "cost")
        known = ~np.isnan(values) & ((values > 0) if measure == "cost" else True)
        if known.any():
            rows += (_timed if timed else _shared)(files, measure, values[known], known)
    return rows


def _shared(
    files: _Files, measure: str, values: np.ndarray, known: np.ndarray
) -> list[dict[str, Any]]:
    """Rows of a chance, or of the mean share of the amount beside what the chance lets expect."""
    by, partner, n = assumptions(), files.partner[known], len(files.ids)
    chance = files.chance[measure][known]
    if measure != "share":
        found = shrunk_odds(
            values, chance, partner, n, spread=by["spread_odds"], interval=by["interval"]
        )
        return _rows(files, measure, values, partner, found)
    # What cash is of the amount where any comes in, drawn to the assumed part as by a few files.
    few = by["within_files"]
    cash = values.sum() + few * by["share_of_cash"] * chance.mean()
    level = cash / ((len(values) + few) * max(chance.mean(), 1e-9))
    left = values - chance * level
    found = _means(left, partner, n, "share")
    usual = float(level * chance.mean())
    expected = np.divide(
        np.bincount(partner, chance * level, minlength=n), np.bincount(partner, minlength=n),
        out=np.full(n, np.nan), where=np.bincount(partner, minlength=n) > 0,
    )  # fmt: skip
    moved = Shrunk(
        *(
            np.clip(each - found.usual + usual, 0, 1)
            for each in (found.value, found.low, found.high)
        ),
        usual,
        expected,
    )
    return _rows(files, measure, values, partner, moved)


def _timed(
    files: _Files, measure: str, values: np.ndarray, known: np.ndarray
) -> list[dict[str, Any]]:
    """Rows of a time or a cost: geometric means, each file beside what is usual for its like."""
    partner, n = files.partner[known], len(files.ids)
    usual = np.maximum(files.usual[measure][known], 1.0)
    logs = np.log(np.maximum(values, 1.0))
    found = _means(logs - np.log(usual), partner, n, measure)
    like = float(np.log(usual).mean())
    held = np.bincount(partner, minlength=n)
    own = np.divide(np.bincount(partner, np.log(usual), minlength=n), held,
                    out=np.full(n, np.nan), where=held > 0)  # fmt: skip
    told = Shrunk(
        *(np.exp(each + like) for each in (found.value, found.low, found.high)),
        float(np.exp(found.usual + like)),
        np.exp(own + found.usual),
    )
    return _rows(files, measure, np.exp(logs), partner, told, geometric=True)


def _means(values: np.ndarray, partner: np.ndarray, n: int, measure: str) -> Shrunk:
    by = assumptions()
    return shrunk_means(
        values,
        partner,
        n,
        spread=by["spread_means"],
        within=by["within"][measure],
        within_files=by["within_files"],
        interval=by["interval"],
    )


def _rows(
    files: _Files,
    measure: str,
    values: np.ndarray,
    partner: np.ndarray,
    found: Shrunk,
    *,
    geometric: bool = False,
) -> list[dict[str, Any]]:
    counts = np.bincount(partner, minlength=len(files.ids))
    sums = np.bincount(partner, np.log(values) if geometric else values, minlength=len(files.ids))
    rows = []
    for place in np.flatnonzero(counts):
        mean = sums[place] / counts[place]
        rows.append(
            {
                "partner_id": files.ids[place],
                "work": files.work,
                "measure": measure,
                "n": int(counts[place]),
                "observed": float(np.exp(mean) if geometric else mean),
                "expected": float(found.expected[place]),
                "value": float(found.value[place]),
                "low": float(found.low[place]),
                "high": float(found.high[place]),
                "usual": found.usual,
                "ratio": float(found.value[place] / found.usual) if found.usual > 0 else 1.0,
            }
        )
    return rows


def _partners(part: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    ids, place = np.unique(text(part, "partner_id", "").astype(str), return_inverse=True)
    return [str(each) for each in ids], np.asarray(place)


def _known(part: pd.DataFrame, name: str) -> np.ndarray:
    """A column of yes, no and not known as 1, 0 and NaN."""
    values = part[name].astype(object)
    return values.map(lambda each: np.nan if pd.isna(each) else float(bool(each))).to_numpy(float)
