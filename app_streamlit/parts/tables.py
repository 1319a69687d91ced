"""Tables for people: columns named in words, figures as the language writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from app_streamlit.parts.words import Words, missing, plain

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
        table = pd.DataFrame(rows).map(plain)
        st.table(table.set_index(table.columns[0]))
