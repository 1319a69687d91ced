"""Sentences written by hand, from which families are learnt and on which they are judged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import yaml

_HERE = Path(__file__).parent
_MESSAGES = _HERE.parent / "messages" / "corpus.yaml"
FAMILIES = (
    "documents",
    "organisation",
    "cash",
    "time_request",
    "refusal",
    "stalling",
    "grievance",
    "silence",
    "goodwill",
)
NONE = "none"
WRITERS = ("writer_one", "writer_two")
TEACHERS = ("writer_three", "writer_four", "writer_five")
# What an outcome of the messages' corpus says of a family; the others say no single one.
_OUTCOMES = {
    "missing_document": "documents",
    "wrong_contact": "organisation",
    "cash_wait": "cash",
    "hardship": "cash",
    "plan_request": "time_request",
    "refusal": "refusal",
    "dispute": "grievance",
    "promise": "goodwill",
    "information": NONE,
    "other": NONE,
}


def sentences() -> pd.DataFrame:
    """The two writers' sentences: text, family (the main one), beside (tuple), style, writer.

    >>> sentences().groupby("family").size().min() >= 200
    np.True_
    """
    return pd.DataFrame(_written(WRITERS), columns=["text", "family", "beside", "style", "writer"])


def elsewhere() -> pd.DataFrame:
    """What is learnt and never judged: text, family, beside (tuple), weight.

    Other writers' sentences, in other styles; the phrasebook; the messages' corpus.
    """
    taught = [(text, family, others, 1.0) for text, family, others, *_ in _written(TEACHERS)]
    book = [
        (line, family, (), 0.7)
        for family, lines in _load(_HERE / "sentences" / "phrasebook.yaml").items()
        for line in lines.splitlines()
    ]
    messages = [
        (line, _OUTCOMES[outcome], (), 0.3)
        for outcome, styles in _load(_MESSAGES).items()
        if outcome in _OUTCOMES
        for lines in styles.values()
        for line in lines.splitlines()
    ]
    return pd.DataFrame(taught + book + messages, columns=["text", "family", "beside", "weight"])


def _written(writers: Sequence[str]) -> list[tuple[str, str, tuple[str, ...], str, str]]:
    """Text, main family, other families, style and writer of each sentence of these writers."""
    rows = []
    for writer in writers:
        for style, families in _load(_HERE / "sentences" / f"{writer}.yaml").items():
            for family, lines in families.items():
                for line in lines.splitlines():
                    text, _, beside = line.partition(" ~ ")
                    others = tuple(name.strip() for name in beside.split(",") if name.strip())
                    rows.append((text, family, others, style, writer))
    return rows


def ideas() -> dict[str, list[str]]:
    """Words of one idea, plain; a star stands for any ending."""
    return {name: words.split() for name, words in _load(_HERE / "ideas.yaml").items()}


def _load(path: Path) -> dict[str, dict[str, str]] | dict[str, str]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
