"""Arms of the experiment: control, exploration, policy, and the propensity of what was done."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.strategy.conduct import CHANNELS, channel_codes
from models.strategy.facts import Claims, Debtors
from models.strategy.proposal import Proposal, is_one_of
from models.strategy.situation import CHASE, DISPUTE


def explored(
    chosen: Proposal, explores: np.ndarray, debtors: Debtors, claims: Claims, share: float
) -> Proposal:
    """Another channel among those nearly as good, drawn by debtor and day."""
    if share <= 0 or not explores.any():
        return chosen
    near = chosen.near
    place = np.floor(debtors.draw_today / share * 1e6).astype(np.int64)[claims.of]
    pick = np.where(near.sum(axis=1) > 0, place % np.maximum(near.sum(axis=1), 1), 0)
    column = (np.cumsum(near, axis=1) > pick[:, None]).argmax(axis=1)
    channel = np.asarray(CHANNELS, dtype=object)[column]
    action = chosen.action.copy()
    ladder = is_one_of(action, "remind", "call", "visit")
    renamed = np.where(channel == "phone", "call", np.where(channel == "visit", "visit", "remind"))
    action = np.where(ladder, renamed, action)
    return replace(
        chosen,
        channel=np.where(explores, channel, chosen.channel),
        action=np.where(explores, action, chosen.action),
    )


def mixed(first: Proposal, second: Proposal, use_second: np.ndarray) -> Proposal:
    """Row by row the second proposal where asked, else the first."""
    rows = use_second

    def pick(name: str) -> np.ndarray:
        return np.where(rows, getattr(second, name), getattr(first, name))

    return Proposal(
        name=pick("name"),
        family=pick("family"),
        action=pick("action"),
        stage=pick("stage"),
        tone=pick("tone"),
        channel=pick("channel"),
        act_on=pick("act_on"),
        next_on=pick("next_on"),
        next_stage=pick("next_stage"),
        near=np.where(rows[:, None], second.near, first.near),
        guards=pick("guards"),
    )


def propensity(
    final: Proposal, chosen: Proposal, baseline: Proposal, control: float, explore: float
) -> np.ndarray:
    """Probability with which the run as a whole took each final step."""
    options = chosen.near.sum(axis=1)
    several = options > 1
    column = channel_codes(final.channel)
    near = chosen.near[np.arange(len(column)), column] & (column >= 0)
    like = (final.stage == chosen.stage) & (final.tone == chosen.tone)
    by_chance = np.where(several & near & like, 1 / np.maximum(options, 1), 0.0)
    by_policy = np.where(_same(final, chosen), 1.0, 0.0)
    learnt = np.where(several, (1 - explore) * by_policy + explore * by_chance, by_policy)
    return control * _same(final, baseline) + (1 - control) * learnt


def left_alone(
    chosen: Proposal, baseline: Proposal, claims: Claims, debtors: Debtors, control: float
) -> np.ndarray:
    """Probability with which the run left each claim's debtor without any contact, (n_claims,).

    Exploration changes the channel, never whether there is a contact.
    """
    found = np.zeros(len(claims))
    for share, proposal in ((control, baseline), (1 - control, chosen)):
        contacted = np.zeros(len(debtors), dtype=bool)
        contacted[claims.of[is_one_of(proposal.family, CHASE, DISPUTE)]] = True
        found += share * ~contacted[claims.of]
    return found


def _same(first: Proposal, second: Proposal) -> np.ndarray:
    return (
        (first.action == second.action)
        & (first.stage == second.stage)
        & (first.tone == second.tone)
        & (first.channel == second.channel)
    )
