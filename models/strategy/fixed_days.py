"""Days fixed by law that the sentences name: to declare, to serve a decision, of limitation."""

from __future__ import annotations

from datetime import date

import numpy as np

from models.strategy import titles
from models.strategy.facts import NEVER, Claims, Debtors
from models.strategy.proposal import Proposal, is_one_of
from models.strategy.situation import DECLARES, NEAR_LIMITATION, declaration_deadline


def limits(final: Proposal, claims: Claims, group: np.ndarray) -> np.ndarray:
    """First day on which a claim of the group may be time-barred where that is near, else NaT."""
    near = claims.has(NEAR_LIMITATION) & ~is_one_of(final.name, *DECLARES)
    limit = np.full(int(group.max()) + 1, NEVER, dtype="datetime64[D]")
    np.fmin.at(limit, group[near], claims.limitation_earliest_on[near])
    return limit[group]


def deadlines(final: Proposal, claims: Claims, debtors: Debtors, as_of: date) -> np.ndarray:
    """Last day to declare each claim or to serve its decision, NaT where neither is advised."""
    declared = declaration_deadline(claims, debtors, as_of)
    declared = np.where(is_one_of(final.name, *DECLARES), declared, NEVER)
    served = titles.deadlines(claims)
    return np.where(is_one_of(final.name, *titles.SERVICE, titles.REFUSED), served, declared)
