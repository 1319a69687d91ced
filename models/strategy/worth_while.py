"""A contact that costs more than it brings is not made, whoever proposes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from models.strategy import gain
from models.strategy.conduct import Calendar
from models.strategy.facts import Claims, Debtors
from models.strategy.mdp import Values
from models.strategy.proposal import Proposal
from models.strategy.resting import put_off
from models.strategy.situation import CHASE, NEAR_LIMITATION

#: Days after which a contact that was not worth its cost is thought of again.
_AGAIN_DAYS = 7


def worth_while(
    proposal: Proposal,
    claims: Claims,
    debtors: Debtors,
    worth: Values,
    steps: Mapping[str, Any],
    priors: Mapping[str, Any],
    days: Calendar,
    as_of: date,
) -> Proposal:
    """The proposal without the chasing contacts whose gain does not pay their outlay.

    A limitation that is near is a duty: such a debtor is contacted all the same. So are letters
    about a dispute, which are owed an answer.
    """
    chased = proposal.family == CHASE
    nobody = np.zeros(len(claims), dtype=bool)
    euros = gain.of_proposal(proposal, claims, debtors, worth, nobody, chased, steps, priors, as_of)
    brings = np.bincount(claims.of[chased], euros[chased], len(debtors))
    outlay = np.zeros(len(debtors))
    for channel, cost in steps["channels"].items():
        outlay[claims.of[chased & (proposal.channel == channel)]] = cost["outlay"]
    urgent = np.zeros(len(debtors), dtype=bool)
    urgent[claims.of[claims.has(NEAR_LIMITATION)]] = True
    rests = chased & ((brings < outlay) & ~urgent)[claims.of]
    if not rests.any():
        return proposal
    again = days.next_contact(proposal.act_on + np.timedelta64(_AGAIN_DAYS, "D"))
    left = put_off(proposal, "not_worth", rests, again, debtors, claims)
    return replace(left, near=left.near & ~rests[:, None])
