"""What waiting hopes for beyond the channels that a debtor really has.

The tables are solved for the channels that a contact usually has, two of which take turns. Who can
be reached by letter alone is not called next week either: waiting for that is worth nothing.
"""

from __future__ import annotations

import numpy as np

from models.strategy.conduct import CHANNELS, TO_REPRESENTATIVE
from models.strategy.facts import Debtors
from models.strategy.mdp.problem import assumptions


def own_channels(debtors: Debtors) -> np.ndarray:
    """Channels on which a debtor may be reached at all, shape (n_debtors, n_channels)."""
    own = np.ones((len(debtors), len(CHANNELS)), dtype=bool)
    at = {name: place for place, name in enumerate(CHANNELS)}
    own[:, at["email"]] = debtors.has_email & ~debtors.email_refused
    own[:, at["sms"]] = debtors.has_phone & debtors.sms_allowed
    own[:, at["phone"]] = debtors.has_phone
    own[:, at["visit"]] = debtors.allows_visits & ~debtors.as_consumer
    return own & (~debtors.represented[:, None] | np.isin(CHANNELS, TO_REPRESENTATIVE))


def out_of_reach(brings: np.ndarray, own: np.ndarray) -> np.ndarray:
    """How much more the usual channels bring than a debtor's own, at least 0; shape (n_claims,).

    ``brings``, ``own``: what a contact brings on each channel, and whether the debtor has it, shape
    (n_claims, n_channels).
    """
    usual = np.isin(CHANNELS, assumptions()["channels"]["reminder"])
    hoped = _turns(brings, np.broadcast_to(usual, own.shape))
    more: np.ndarray = np.maximum(hoped - _turns(brings, own & usual), 0.0)
    return more


def _turns(brings: np.ndarray, able: np.ndarray) -> np.ndarray:
    """Mean of the two best channels, or the only one; 0 without any."""
    best = -np.sort(-np.where(able, brings, -np.inf), axis=1)
    first = np.where(np.isneginf(best[:, 0]), 0.0, best[:, 0])
    second = np.where(np.isneginf(best[:, 1]), first, best[:, 1])
    mean: np.ndarray = (first + second) / 2
    return mean
