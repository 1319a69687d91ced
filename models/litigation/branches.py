"""The ends of a suit and the chance of each: counted, never drawn.

Given the chances at each turn, a suit ends in one of six ways. Whoever cannot pay does not oppose,
pays neither here nor there: an unseen ability to pay links opposition, enforcement and payment
without a judge. It is mixed over, as is the profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.litigation.chances import times_odds

#: Ways a suit ends, in the order of the axis of that name everywhere.
ENDS = ("refused", "paid", "unpaid", "opposed_paid", "opposed_unpaid", "lost")
REFUSED, PAID, UNPAID, OPPOSED_PAID, OPPOSED_UNPAID, LOST = range(len(ENDS))


@dataclass(frozen=True)
class Turns:
    """Chances at each turn for classes of suits, shape (n_classes, n_draws) unless said.

    ``examined``: a judge looks at the merits at the first turn already, shape (n_classes,).
    ``consumer``, ``usual_opposition``: shape (n_classes,), the latter before any belief about
    this debtor. ``months``: age of the claim, of its class, shape (n_classes,). ``wait`` and
    ``longer_wait``: years until enforcement, without and with an opposition, same shape.
    """

    granted: np.ndarray
    opposed: np.ndarray
    won: np.ndarray
    enforced: np.ndarray
    examined: np.ndarray
    consumer: np.ndarray
    usual_opposition: np.ndarray
    months: np.ndarray
    wait: np.ndarray
    longer_wait: np.ndarray


def ends(turns: Turns, by: Mapping[str, Any]) -> np.ndarray:
    """Chance of each end, with that of the debtor's ability to pay.

    Shape (n_classes, 4 profiles, 2 abilities, 6 ends, n_draws); sums to 1 over abilities and
    ends. Against a consumer a silent debtor gives no advantage: an unopposed title counts only
    as far as it would hold if defended, and no belief about the debtor makes opposition rarer
    than it is in general.
    """
    able = ability(turns.enforced, turns.months, by)
    opposed = _mixed(turns.opposed, by["odds_opposed"])
    won = _mixed(turns.won, by["odds_won"])
    granted = np.where(
        turns.examined[:, None, None],
        _mixed(turns.granted, by["odds_won"]),
        turns.granted[:, None, :],
    )
    quiet = by["opposes_unable"]
    of_able = np.clip(opposed / (able + quiet * (1 - able)), 0, 0.98)
    consumer = turns.consumer[:, None, None]
    least = np.where(consumer, turns.usual_opposition[:, None, None], 0.0)
    holds = np.where(consumer, np.minimum(won / by["proved"], 1.0), 1.0)
    decay = by["decay_yearly"]
    # The official chances are those of the usual wait.
    kept, kept_longer = (
        np.minimum(np.exp(-decay * (wait - by["usual_wait"])), 1 / by["pays_able"])[:, None, None]
        for wait in (turns.wait, turns.longer_wait)
    )
    shape = np.broadcast_shapes(able.shape, granted.shape)
    found = np.empty((shape[0], shape[1], 2, len(ENDS), shape[2]))
    for z, (chance, opposing, pays) in enumerate(
        (
            (able, np.maximum(of_able, least), by["pays_able"]),
            (1 - able, np.maximum(of_able * quiet, least), by["pays_unable"]),
        )
    ):
        titled = granted * (1 - opposing) * holds
        fought = granted * opposing
        found[:, :, z, REFUSED] = chance * (1 - titled - fought)
        found[:, :, z, PAID] = chance * titled * pays * kept
        found[:, :, z, UNPAID] = chance * titled * (1 - pays * kept)
        found[:, :, z, OPPOSED_PAID] = chance * fought * won * pays * kept_longer
        found[:, :, z, OPPOSED_UNPAID] = chance * fought * won * (1 - pays * kept_longer)
        found[:, :, z, LOST] = chance * fought * (1 - won)
    return found


def ability(enforced: np.ndarray, months: np.ndarray, by: Mapping[str, Any]) -> np.ndarray:
    """Chance that the debtor is able to pay, by profile; shape (n_classes, 4, n_draws).

    Read off the chance that a title brings something, and falling with the age of the claim.
    """
    brings = _mixed(enforced, by["odds_enforced"])
    pays, pays_unable = by["pays_able"], by["pays_unable"]
    able = np.clip((brings - pays_unable) / (pays - pays_unable), 0.01, 0.99)
    late = np.clip(months - by["usual_months"], 0, by["most_months"])
    return np.asarray(times_odds(able, np.exp(-by["decay_monthly"] * late)[:, None, None]))


def _mixed(p: np.ndarray, odds: list[float]) -> np.ndarray:
    """The odds of each profile multiplied by its factor; shape (n_classes, 4, n_draws)."""
    return times_odds(p[:, None, :], np.asarray(odds)[None, :, None])
