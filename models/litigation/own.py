"""A creditor's own past suits: what they say of the chances of the next one."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from models.litigation.chances import SIGNS, Tally, draws
from models.litigation.scenarios import uniforms


@dataclass
class Own:
    """Chances drawn from the law's ranges and from own outcomes, each stratum once.

    A stratum is what the law's statistics tell apart: its range. ``tallies`` holds, by group of
    creditors and node, own outcomes by range; ``group`` 0 has none of its own.
    """

    by: Mapping[str, Any]
    tallies: Mapping[tuple[int, str], Mapping[tuple[float, ...], tuple[float, float, float]]] = (
        field(default_factory=dict)
    )
    _drawn: dict[tuple[int, str, tuple[float, ...]], np.ndarray] = field(default_factory=dict)

    def chances(self, course: str, node: str, ranges: np.ndarray, group: np.ndarray) -> np.ndarray:
        """Chances at a node for each class, shape (n_classes, n_draws).

        ``ranges``: those of the law, shape (n_classes, 3); ``group``, shape (n_classes,).
        """
        keys = [
            (int(g), node if node == "p_enforced" else f"{node} {course}", tuple(each))
            for g, each in zip(group, ranges.tolist(), strict=True)
        ]
        missing = sorted({key for key in keys if key not in self._drawn})
        for g, name in sorted({key[:2] for key in missing}):
            strata = [key[2] for key in missing if key[:2] == (g, name)]
            self._draw(g, name, node, strata)
        return np.stack([self._drawn[key] for key in keys])

    def _draw(self, group: int, name: str, node: str, strata: list[tuple[float, ...]]) -> None:
        known = self.tallies.get((group, name), {})
        # Other strata of the node tell of this one too.
        every = sorted({*strata, *known})
        counts = np.asarray([known.get(each, (0.0, 0.0, 1.0)) for each in every])
        seed = zlib.crc32(name.encode()) + self.by["seed"]
        u = uniforms(self.by["draws"], seed, ("cell", "chance"))
        tally = Tally(counts[:, 0], counts[:, 1], counts[:, 2])
        drawn = draws(np.asarray(every), tally, SIGNS[node], u, self.by)
        for each, row in zip(every, drawn, strict=True):
            self._drawn[(group, name, each)] = row
