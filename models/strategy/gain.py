"""What acting is worth against waiting, in EUR, before time cost: value, not propensity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from law import parameters
from models.strategy.conduct import channel_codes
from models.strategy.facts import Claims, Debtors
from models.strategy.mdp import Values
from models.strategy.mdp.problem import odds_factor, tiring
from models.strategy.proposal import Proposal, rank_of
from models.strategy.situation import REST
from models.strategy.unasked import DOCUMENTS, tells_something

#: Chance that silence on several channels means a wrong contact; elicited. To look for another one
#: is worth so much of what it is where the debtor said that the contact is wrong.
SILENT_WRONG = 0.35
#: What concerns money that may not be chased at the moment.
_FREES = ("resolve_dispute", "answer_dispute", "ask_written_dispute", "monitor_plan")


def by_action(
    claims: Claims, worth: Values, action: np.ndarray, priors: Mapping[str, Any]
) -> np.ndarray:
    """EUR gained by actions whose effect is their own, NaN for the others, shape (n_claims,).

    Of what may be chased; settling a dispute, or watching a plan, concerns all that is open.
    """
    gained = np.full(len(claims), np.nan)
    for name, means in priors["action"].items():
        rows = np.flatnonzero(action == name)
        factor = odds_factor(means, tiring(claims.n_actions[rows], priors))
        euros = claims.open_eur if name in _FREES else claims.chaseable_eur
        gained[rows] = worth.of_effect(rows, claims.p_90[rows], factor.T, euros[rows])
    return gained


def of_proposal(
    final: Proposal,
    claims: Claims,
    debtors: Debtors,
    worth: Values,
    lead: np.ndarray,
    contact: np.ndarray,
    steps: Mapping[str, Any],
    priors: Mapping[str, Any],
    as_of: date,
) -> np.ndarray:
    """EUR against waiting by claim; the outlay of a contact stands on its lead."""
    column = np.maximum(channel_codes(final.channel), 0)
    each = np.arange(len(claims))
    climbs = rank_of(final.stage) > debtors.stage_rank[claims.of]
    gain = np.where(climbs, worth.climb[each, column], worth.stay[each, column])
    gain = np.where(contact, gain, 0.0)
    gain = np.where(final.action == "third_party", worth.third_party, gain)
    own = by_action(claims, worth, final.action, priors)
    own = np.where(final.name == "silent", SILENT_WRONG * own, own)
    # Documents that a claim's debtor has already are one more reminder for that claim.
    plain = (final.name == DOCUMENTS) & ~tells_something(claims)
    gain = np.where(np.isnan(own) | (final.action == "third_party") | plain, gain, own)
    dividend = parameters.spread("statistics", "insolvency_dividend", as_of).central
    declared = final.action == "declare_in_insolvency"
    gain = np.where(declared, claims.open_eur * float(dividend), gain)
    gain = np.where(final.action == "sue", np.where(lead, claims.course_net, 0.0), gain)
    outlay = np.zeros(len(claims))
    for channel, cost in steps["channels"].items():
        outlay[final.channel == channel] = cost["outlay"]
    gain = gain - np.where(lead & contact, outlay, 0.0)
    return np.where(final.family == REST, 0.0, gain)
