"""Tables for people: columns named in words, figures as the language writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from app_streamlit.parts.words import Words, missing, plain

_READ, _LONGEST = 12, 48
#: Spaces within a sum of money, where no line may end.
_SPACE = re.compile(r"(?<=\d) (?=[\d€])")
Cell = Callable[[object], object]


def shown(
    frame: pd.DataFrame, columns: Mapping[str, tuple[str, Cell]], words: Words
) -> pd.DataFrame:
    """The frame with the columns wanted, in words: {column: (word key, how a cell is written)}."""
    made = {
        words(f"col.{key}"): [write(value) for value in frame[name]]
        for name, (key, write) in columns.items()
    }
    return pd.DataFrame(made)


def listed(value: object) -> list[str]:
    """A cell that holds a list, as a list; empty when it holds nothing.

    >>> listed(None), listed(["a"])
    ([], ['a'])
    """
    if value is None or isinstance(value, float):
        return []
    return [str(part) for part in value]  # type: ignore[attr-defined]


def text(value: object) -> str:
    """A cell as plain text; a dash for nothing."""
    return "–" if missing(value) else str(value)


def plain_table(frame: pd.DataFrame, *, height: int | None = None) -> None:
    """Show a frame without its index, texts never read as HTML or Markdown."""
    options = {} if height is None else {"height": height}
    st.dataframe(frame, hide_index=True, width="stretch", **options)


def html_table(rows: Sequence[Mapping[str, object]]) -> None:
    """A table in HTML, which wraps its cells and is read aloud; texts stand as they are."""
    if rows:
        wrapped(pd.DataFrame(rows))


def wrapped(frame: pd.DataFrame) -> None:
    """A frame as such a table."""
    table = frame.map(lambda cell: _SPACE.sub("\N{NO-BREAK SPACE}", plain(cell)))
    st.table(table.set_index(table.columns[0]))


def readable(say: Words, frame: pd.DataFrame, whole: pd.DataFrame | None = None) -> None:
    """The first rows in a table that wraps and so loses no column on a narrow screen.

    What one does not read at once, or ``whole`` with more columns, follows folded and scrolls.
    """
    wrapped(frame.head(_READ))
    if whole is not None or len(frame) > _READ:
        with st.expander(say("tables.all", n=len(frame))):
            plain_table(frame if whole is None else whole)


def name(value: object) -> str:
    """A name as a narrow column holds it: cut where it is long.

    >>> name("Dupont"), len(name("x" * 200))
    ('Dupont', 48)
    """
    told = text(value)
    return told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1].rstrip(' ,;')}…"
