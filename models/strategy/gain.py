"""What acting is worth against waiting, in EUR, before time cost: value, not propensity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from law import parameters
from models.litigation.columns import number
from models.strategy.conduct import channel_codes
from models.strategy.facts import Claims, Debtors
from models.strategy.mdp import Values
from models.strategy.mdp.problem import odds_factor, tiring
from models.strategy.proposal import Proposal, is_one_of, rank_of
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
    left = tiring(claims.n_actions, priors)
    factor = np.full((len(claims), 4), np.nan)
    for name, means in priors["action"].items():
        rows = action == name
        factor[rows] = odds_factor(means, left[rows])
    euros = np.where(is_one_of(action, *_FREES), claims.open_eur, claims.chaseable_eur)
    return worth.of_effect(claims.p_90, factor, euros)


def of_proposal(
    final: Proposal,
    claims: Claims,
    debtors: Debtors,
    worth: Values,
    litigation: pd.DataFrame,
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
    if not litigation.empty:
        best = litigation[litigation["recommended"].astype(bool)].drop_duplicates("suit_id")
        net = pd.Series(number(best, "expected_net", 0.0), index=best["suit_id"])
        suit = pd.Series(claims.suit_ids, dtype=object).map(net).fillna(0.0).to_numpy(dtype=float)
        sues = final.action == "sue"
        gain = np.where(sues, np.where(lead, suit, 0.0), gain)
    outlay = np.zeros(len(claims))
    for channel, cost in steps["channels"].items():
        outlay[final.channel == channel] = cost["outlay"]
    gain = gain - np.where(lead & contact, outlay, 0.0)
    return np.where(final.family == REST, 0.0, gain)
