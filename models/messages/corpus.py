"""The sentences written by hand from which the text model learns."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import yaml

_FILE = Path(__file__).parent / "corpus.yaml"


def sentences() -> pd.DataFrame:
    """The corpus, one row per sentence: text, outcome (the contract's), style (of its author).

    >>> sentences().groupby("outcome").size().min() >= 60
    np.True_
    """
    raw = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return pd.DataFrame(
        [
            (text, outcome, style)
            for outcome, styles in raw.items()
            for style, lines in styles.items()
            for text in lines.splitlines()
        ],
        columns=["text", "outcome", "style"],
    )
