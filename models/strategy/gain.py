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

#: What concerns money that may not be chased at the moment.
_FREES = ("resolve_dispute", "answer_dispute", "ask_written_dispute", "monitor_plan")
#: Answers to the debtor that are contacts of their own.
ANSWERS = ("resend_documents", "offer_plan")


def _lift(
    claims: Claims, debtors: Debtors, effect: np.ndarray, priors: Mapping[str, Any]
) -> np.ndarray:
    r"""EUR gained by claim for log-odds effects of shape (n_claims, 4).

    .. math:: a \, d \, \sum_z b_z \bigl[\sigma(\mathrm{logit}\, p_{90} + \delta_z) - p_{90}\bigr]

    with a the chaseable amount in EUR, d the discount over the horizon and b the belief. A claim
    that pays itself (p near one) gains little; so does one that nothing moves.
    """
    p = np.clip(claims.p_90, 1e-4, 1 - 1e-4)
    moved = 1 / (1 + np.exp(-(np.log(p / (1 - p))[:, None] + effect)))
    raised = (debtors.belief[claims.of] * moved).sum(axis=1) - p
    discount = (1 + priors["discount_rate"]) ** (-priors["horizon_days"] / 365)
    return claims.chaseable_eur * raised * discount


def _answered(
    claims: Claims, worth: Values, action: np.ndarray, priors: Mapping[str, Any]
) -> np.ndarray:
    """EUR gained by an answer to what the debtor said, then acting well."""
    left = tiring(claims.n_actions, priors)
    factor = np.ones((len(claims), 4))
    for name in ANSWERS:
        rows = action == name
        factor[rows] = odds_factor(priors["action"][name], left[rows])
    return worth.of_effect(claims.p_90, factor, claims.chaseable_eur)


def by_action(
    claims: Claims, debtors: Debtors, action: np.ndarray, priors: Mapping[str, Any]
) -> np.ndarray:
    """EUR gained by actions whose effect is their own, NaN for the others, shape (n_claims,)."""
    effect = np.full((len(claims), 4), np.nan)
    for name, means in priors["action"].items():
        effect[action == name] = means
    # Settling a dispute frees the disputed part, which nothing may chase until then.
    whole = is_one_of(action, *_FREES)
    share = np.divide(
        claims.open_eur,
        claims.chaseable_eur,
        out=np.ones(len(claims)),
        where=claims.chaseable_eur > 0,
    )
    gained = _lift(claims, debtors, tiring(claims.n_actions, priors)[:, None] * effect, priors)
    freed = np.where(claims.chaseable_eur > 0, gained * share, 0.0)
    alone = whole & (claims.chaseable_eur <= 0)
    if alone.any():
        freed = np.where(alone, _freed(claims, debtors, effect, priors), freed)
    return np.where(whole, freed, gained)


def _freed(
    claims: Claims, debtors: Debtors, effect: np.ndarray, priors: Mapping[str, Any]
) -> np.ndarray:
    p = np.clip(claims.p_90, 1e-4, 1 - 1e-4)
    moved = 1 / (1 + np.exp(-(np.log(p / (1 - p))[:, None] + effect)))
    raised = (debtors.belief[claims.of] * moved).sum(axis=1) - p
    discount = (1 + priors["discount_rate"]) ** (-priors["horizon_days"] / 365)
    return claims.open_eur * raised * discount


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
    own = by_action(claims, debtors, final.action, priors)
    answers = is_one_of(final.action, *ANSWERS)
    own = np.where(answers, _answered(claims, worth, final.action, priors), own)
    gain = np.where(np.isnan(own), gain, own)
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
