"""What the policy brought against the permanent control, in euros, however often one looks.

Debtors are in control for good by a hash of their number, so the difference is caused by the policy
and by nothing else. The interval holds at every look at once (asymptotic confidence sequence,
Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024): one may look weekly and stop when one likes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

HORIZON = 90
FEWEST = 30
"""Control debtors below which nothing is proven."""

_ALPHA = 0.05
_FORTNIGHT = 14
_EPOCH = pd.Timestamp("2020-01-06")


@dataclass(frozen=True, slots=True)
class Uplift:
    """EUR a debtor within ``HORIZON`` days of its first run: policy minus control.

    ``looks`` counts the runs so far; ``avoided`` contacts that control's ladder would have made
    and the policy left out, ``avoided_paid`` those whose debtor paid within a month without one.
    """

    n_policy: int
    n_control: int
    policy: float
    control: float
    difference: float
    low: float
    high: float
    looks: int
    avoided: int
    avoided_paid: int

    @property
    def is_provable(self) -> bool:
        """Whether there are enough debtors in both arms."""
        return min(self.n_policy, self.n_control) >= FEWEST

    def told(self) -> dict[str, float]:
        """All figures by name."""
        return {name: float(getattr(self, name)) for name in self.__dataclass_fields__}


def uplift(points: pd.DataFrame, choices: pd.DataFrame) -> Uplift:
    """From ``training.decision_points`` and the runs' choices (`pipelines.decided.choices`).

    A debtor counts once, from its first run on, as soon as ``HORIZON`` days are over.
    """
    told = choices.assign(day=pd.to_datetime(choices["day"])) if len(choices) else choices
    looks = int(told["day"].nunique()) if len(told) else 0
    seen = points.assign(day=pd.to_datetime(points["day"]))
    if not looks or seen.empty:
        return Uplift(0, 0, 0.0, 0.0, 0.0, -np.inf, np.inf, looks, 0, 0)
    joined = seen.merge(
        told[["day", "debtor_id", "arm", "action", "propensity_wait"]],
        on=["day", "debtor_id"],
        suffixes=("", "_advised"),
    ).sort_values("day")
    avoided, paid = _avoided(joined)
    first = joined.drop_duplicates("debtor_id")
    ripe = first[first["observed_days"] > HORIZON]
    control = (ripe["arm"] == "control").to_numpy()
    owed = ripe["open_eur"].to_numpy(float)
    most = float(np.quantile(owed, 0.99)) if len(owed) else 0.0
    share = ripe["cash_90"].to_numpy(float) / np.maximum(owed, 0.01)
    cash = share * np.minimum(owed, most)
    if min(control.sum(), (~control).sum()) < 2:
        counts = (int((~control).sum()), int(control.sum()))
        return Uplift(*counts, 0.0, 0.0, 0.0, -np.inf, np.inf, looks, avoided, paid)
    size = np.minimum(owed, most)
    means = [_at(size[side], cash[side], size) for side in (~control, control)]
    portion = control.mean()
    weight = np.where(control, -1 / portion, 1 / (1 - portion))
    fitted = np.where(control, means[1], means[0])
    pseudo = means[0] - means[1] + weight * (cash - fitted)
    half = _radius(pseudo)
    mean = float(pseudo.mean())
    return Uplift(
        int((~control).sum()), int(control.sum()), float(cash[~control].mean()),
        float(cash[control].mean()), mean, mean - half, mean + half, looks, avoided, paid,
    )  # fmt: skip


def _at(size: np.ndarray, cash: np.ndarray, every: np.ndarray) -> np.ndarray:
    """Cash expected by what is owed: a line through what one side paid."""
    spread = float(size.var())
    slope = float(np.cov(size, cash)[0, 1] / spread) if spread > 0 and len(size) > 2 else 0.0
    return np.asarray(cash.mean() + slope * (every - size.mean()))


def _radius(values: np.ndarray) -> float:
    """Half the width at this look of a 95 % confidence sequence for a mean."""
    n = len(values)
    # Tightest when some three hundred debtors are in.
    rho2 = (2 * np.log(1 / _ALPHA) + np.log(1 + 2 * np.log(1 / _ALPHA))) / 300
    inside = (n * rho2 + 1) / (n**2 * rho2) * np.log((n * rho2 + 1) / _ALPHA**2)
    return float(values.std(ddof=1) * np.sqrt(inside))


def _avoided(joined: pd.DataFrame) -> tuple[int, int]:
    """Contacts left out where control's ladder had one: the chance of waiting is then below one.

    Those left by the draw that learns, whose chance is small, are not the policy's.

    At most one a debtor and fortnight: the ladder too rests after a contact, however often one
    looks.
    """
    waits = (joined["action_advised"] == "wait") & joined["action"].isna()
    not_drawn = joined["propensity_wait"].between(0.5, 0.995)
    left = joined[waits & (joined["arm"] != "control") & not_drawn]
    left = left.assign(part=(left["day"] - _EPOCH).dt.days // _FORTNIGHT)
    left = left.drop_duplicates(["debtor_id", "part"])
    mature = left[left["observed_days"] > 30]
    paid = mature["cash_30"] >= 0.99 * mature["open_eur"]
    quiet = mature["dose"] <= 0
    return len(left), int((paid & quiet).sum())
