"""What happens while the weeks go by, collected in columns."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd


class Events:
    """Rows of several kinds, added in batches of equal-length columns."""

    def __init__(self) -> None:
        """No event yet."""
        self._batches: dict[str, list[dict[str, np.ndarray]]] = defaultdict(list)
        self._counts: dict[str, int] = defaultdict(int)

    def add(self, kind: str, /, **columns: object) -> np.ndarray:
        """Add rows; scalars are repeated. Returns the new rows' numbers within their kind.

        >>> Events().add("payments", claim=np.array([3, 5]), cents=100)
        array([0, 1])
        """
        arrays = np.broadcast_arrays(*(np.asarray(column) for column in columns.values()))
        size = arrays[0].size
        start = self._counts[kind]
        if size:
            batch = {
                name: np.array(array).reshape(size)
                for name, array in zip(columns, arrays, strict=True)
            }
            self._batches[kind].append(batch)
            self._counts[kind] += size
        return np.arange(start, start + size)

    def frame(self, kind: str, columns: tuple[str, ...]) -> pd.DataFrame:
        """Every row of one kind, in the order of adding; empty columns if there is none."""
        batches = self._batches[kind]
        if not batches:
            return pd.DataFrame({name: np.array([], dtype=np.int64) for name in columns})
        return pd.DataFrame(
            {name: np.concatenate([batch[name] for batch in batches]) for name in columns}
        )
