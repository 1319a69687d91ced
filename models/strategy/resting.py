"""Contacts that are not made today: what a proposal becomes for the claims that rest instead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.strategy.facts import Claims, Debtors
from models.strategy.proposal import Proposal, rank_of
from models.strategy.situation import REST


def rested(proposal: Proposal, name: str, rows: np.ndarray, until: np.ndarray) -> Proposal:
    """The proposal with some claims at rest.

    ``rows`` says which, ``until`` the day to look again, both of shape (n_claims,); ``name`` is
    their situation, a key of the phrases.
    """
    return replace(
        proposal,
        name=np.where(rows, name, proposal.name),
        family=np.where(rows, REST, proposal.family),
        action=np.where(rows, "wait", proposal.action),
        stage=np.where(rows, None, proposal.stage),
        tone=np.where(rows, None, proposal.tone),
        channel=np.where(rows, None, proposal.channel),
        act_on=np.where(rows, until, proposal.act_on),
    )


def put_off(
    proposal: Proposal,
    name: str,
    rows: np.ndarray,
    until: np.ndarray,
    debtors: Debtors,
    claims: Claims,
) -> Proposal:
    """As :func:`rested`, the contact being thought of again ``until``, its stage with it."""
    # The stage that is not begun today is the next one.
    begins = rows & (rank_of(proposal.stage) > debtors.stage_rank[claims.of])
    return replace(
        rested(proposal, name, rows, until),
        next_stage=np.where(begins, proposal.stage, proposal.next_stage),
        next_on=np.where(begins | (rows & (proposal.next_on < until)), until, proposal.next_on),
    )
