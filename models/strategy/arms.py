"""Arms of the experiment: control, exploration, policy, and the propensity of what was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from models.strategy.conduct import CHANNELS, Calendar, channel_codes
from models.strategy.facts import Claims, Debtors
from models.strategy.proposal import Proposal, is_one_of
from models.strategy.resting import put_off
from models.strategy.situation import CHASE, DISPUTE

#: Situation of a contact left for a week so as to learn what contacts bring; a key of the phrases.
HELD = "held"


def nearly_as_good(
    worth: np.ndarray,
    usable: np.ndarray,
    best: np.ndarray,
    waits: np.ndarray,
    margin: float,
    *,
    may_wait: np.ndarray,
) -> np.ndarray:
    """Steps that a debtor loses little by: channels, and last waiting a week, as `Proposal.near`.

    Shape (n_debtors, n_channels + 1). Little is ``margin`` of what the claims bring in all, with
    the contact: ``waits`` without it (n_debtors,), ``worth`` (n_debtors, n_channels) more by
    channel, net of outlay and time, both in EUR. A channel beside the ``best`` must pay its
    own time too, and a contact that does not pay it is no draw: it is made only where nobody else
    needs the time.
    """
    row = np.arange(len(worth))
    top = worth[row, best]
    least = top - margin * (np.maximum(waits, 0.0) + np.maximum(top, 0.0))
    near = usable & (worth >= least[:, None]) & (worth > 0)
    near[row, best] = usable[row, best]
    held = may_wait & usable[row, best] & (top > 0) & (least <= 0)
    return np.column_stack([near, held])


def explored(
    chosen: Proposal,
    explores: np.ndarray,
    debtors: Debtors,
    claims: Claims,
    days: Calendar,
    share: float,
    as_of: date,
) -> Proposal:
    """Another step among those nearly as good, drawn by debtor and week.

    Half of those who may be left are: to know what contacts bring takes who was not contacted. A
    contact that is left rests until next week, when it is drawn anew.
    """
    if share <= 0 or not explores.any():
        return chosen
    drawn_at = (debtors.draw_week / share)[claims.of]
    column = (np.cumsum(_shares(chosen.near), axis=1) > drawn_at[:, None]).argmax(axis=1)
    channel = np.asarray([*CHANNELS, None], dtype=object)[column]
    action = chosen.action.copy()
    ladder = is_one_of(action, "remind", "call", "visit")
    renamed = np.where(channel == "phone", "call", np.where(channel == "visit", "visit", "remind"))
    action = np.where(ladder, renamed, action)
    drawn = replace(
        chosen,
        channel=np.where(explores, channel, chosen.channel),
        action=np.where(explores, action, chosen.action),
    )
    monday = np.datetime64(as_of + timedelta(days=7 - as_of.weekday()), "D")
    again = days.next_contact(np.full(len(claims), monday))
    return put_off(drawn, HELD, explores & (column == len(CHANNELS)), again, debtors, claims)


def _shares(near: np.ndarray) -> np.ndarray:
    """Chance of each step in a draw, shape of ``near``: waiting a half, channels alike."""
    wait = np.where(near[:, -1], 0.5, 0.0)
    channels = near[:, :-1] / np.maximum(near[:, :-1].sum(axis=1), 1)[:, None]
    return np.column_stack([channels * (1 - wait)[:, None], wait])


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
    several = chosen.near.sum(axis=1) > 1
    held = final.name == HELD
    column = np.where(held, len(CHANNELS), channel_codes(final.channel))
    like = held | (final.stage == chosen.stage) & (final.tone == chosen.tone)
    drawn = _shares(chosen.near)[np.arange(len(column)), column]
    by_chance = np.where(several & like & (column >= 0), drawn, 0.0)
    by_policy = np.where(_same(final, chosen), 1.0, 0.0)
    learnt = np.where(several, (1 - explore) * by_policy + explore * by_chance, by_policy)
    return control * _same(final, baseline) + (1 - control) * learnt


def left_alone(
    chosen: Proposal,
    baseline: Proposal,
    claims: Claims,
    debtors: Debtors,
    control: float,
    explore: float,
) -> np.ndarray:
    """Probability with which the run left each claim's debtor without any contact, (n_claims,)."""
    found = np.zeros(len(claims))
    held = explore * _shares(chosen.near)[:, -1]
    for share, proposal, rests in (
        (control, baseline, np.zeros(len(claims))),
        (1 - control, chosen, held),
    ):
        rows = is_one_of(proposal.family, CHASE, DISPUTE)
        alone = np.ones(len(debtors))
        np.minimum.at(alone, claims.of[rows], rests[rows])
        found += share * alone[claims.of]
    return found


def _same(first: Proposal, second: Proposal) -> np.ndarray:
    return (
        (first.action == second.action)
        & (first.stage == second.stage)
        & (first.tone == second.tone)
        & (first.channel == second.channel)
    )
