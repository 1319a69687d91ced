"""Claims put together from the claims of the day, where these are too few to learn trees from.

Forty claims do not determine trees: a surrogate would learn them by heart and lay their figures
to whatever separates them. The model itself can score any claim, so the surrogate learns from
mixtures: each takes every group of features of one business reason from a claim drawn at random.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.explanations.encoding import explained, group_of

FEWEST_CLAIMS = 300
MADE = 4000
_KEYS = ("claim_id", "debtor_id")


def mixtures(
    features: pd.DataFrame, extras: pd.DataFrame, n: int = MADE
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``n`` made-up claims and their extras; reproducible for the same claims.

    Half of them change the features of one reason only, so that the neighbourhood of the real
    claims is well covered; the other half mixes all reasons. ``features`` must have rows.
    """
    claims = features.sort_values("claim_id", kind="stable").reset_index(drop=True)
    generator = np.random.default_rng(0)
    origin = np.arange(n) % len(claims)
    made = claims.iloc[origin].reset_index(drop=True)
    groups: dict[str, list[str]] = {}
    for name in explained(claims):
        groups.setdefault(group_of(name), []).append(name)
    if "debtor_late_share" in claims.columns:
        # The model shrinks the share by this count: the two come from one claim.
        groups[group_of("debtor_late_share")].append("debtor_n_settled_late")
    names = sorted(groups)
    # One more group: the extras, all from one claim.
    changed = generator.integers(0, len(names) + 1, n)
    everywhere = np.arange(n) >= n // 2
    for place, group in enumerate(names):
        donor = generator.integers(0, len(claims), n)
        take = np.where(everywhere | (changed == place), donor, origin)
        for name in groups[group]:
            made[name] = claims[name].iloc[take].array
    donor = generator.integers(0, len(claims), n)
    take = np.where(everywhere | (changed == len(names)), donor, origin)
    ids = np.array([f"mixture-{i:05d}" for i in range(n)], dtype=object)
    lent = pd.DataFrame({"claim_id": claims["claim_id"].astype(str).to_numpy()[take], "made": ids})
    shared = extras.assign(claim_id=extras["claim_id"].astype(str)).merge(lent, on="claim_id")
    shared = shared.assign(claim_id=shared["made"])[list(extras.columns)]
    return made.assign(claim_id=ids), shared
