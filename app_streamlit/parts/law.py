"""Parts of the law: values to verify, values grown old, every value."""

from __future__ import annotations

from datetime import date
from operator import itemgetter

import pandas as pd
import streamlit as st

from amiable.errors import AmiableError
from amiable.export import harmless
from app_streamlit import accounts
from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, plain
from law.errors import LawError

_SHOWN = ("says", "value", "from_on", "article", "source", "checked_on", "subject")
_UNTOLD = (
    "rule",
    "list",
    "table",
    "yes or no",
    "effect",
    "effet",
    "règle",
    "liste",
    "tableau",
    "oui ou non",
)


def values(say: Words, day: date) -> pd.DataFrame | None:
    """Every value of a day; None, and the reason, where the client's file cannot be used."""
    try:
        return pd.DataFrame(accounts.law(day, say.language))
    except (LawError, AmiableError) as error:
        st.error(plain(say.sentence(str(error))))
        return None


def figures(say: Words, found: pd.DataFrame) -> None:
    """How many values hold, are to verify, grew old, are the client's own."""
    counts = (
        ("n_values", len(found)),
        ("n_verify", int(found["to_verify"].sum())),
        ("n_old", int(found["grown_old"].sum())),
        ("n_own", int(found["replaced"].notna().sum())),
    )
    for column, (key, count) in zip(st.columns(len(counts)), counts, strict=True):
        column.metric(say(f"law.{key}"), count)


def behind(say: Words, found: pd.DataFrame) -> None:
    """A warning where a half-year began whose rates are not known."""
    late = found[found["behind"]]
    if len(late):
        told = ", ".join(f"{row.says} {row.value} {row.unit}" for row in late.itertuples())
        st.warning(plain(say("law.behind", names=told)), icon=":material/update:")


def panel(say: Words, found: pd.DataFrame, name: str, mark: str) -> None:
    """The values with a mark, or a sentence that there is none."""
    st.markdown(f"#### {say(f'law.{name}')}")
    marked = found[found[mark]]
    if marked.empty:
        st.caption(say(f"law.{name}_none"))
    else:
        tables.plain_table(_told(say, marked))


def every(say: Words, found: pd.DataFrame) -> None:
    """Every value that holds what is sought, with its name for the command line; as CSV too."""
    st.markdown(f"#### {say('law.every')}")
    text = st.text_input(say("law.search"), key="law_search").casefold()
    names = found["parameter"] + " " + found["subject"] + " " + found["says"] + found["article"]
    chosen = found[[all(word in name for word in text.split()) for name in names.str.casefold()]]
    if chosen.empty:
        st.caption(say("law.nothing"))
        return
    told = _told(say, chosen)
    told.insert(0, say("law.parameter"), list(chosen["parameter"]))
    told[say("law.confidence")] = [say(f"law.{each}") for each in chosen["confidence"]]
    told[say("law.state")] = [_state(say, row) for row in chosen.to_dict("records")]
    tables.plain_table(told, height=420)
    st.download_button(
        say("law.export"),
        harmless(told).to_csv(index=False).encode("utf-8-sig"),
        "loi.csv",
        "text/csv",
        key="law_csv",
    )


def _told(say: Words, found: pd.DataFrame) -> pd.DataFrame:
    rows = found.to_dict("records")
    write = {
        "value": lambda row: _value(row["value"], row["unit"]),
        "from_on": lambda row: say.day(row["from_on"]),
        "checked_on": lambda row: say.day(row["checked_on"]),
    }
    return pd.DataFrame(
        {
            say(f"law.{name}"): [write.get(name, itemgetter(name))(row) for row in rows]
            for name in _SHOWN
        }
    )


def _value(value: str, unit: str) -> str:
    told = value if unit in _UNTOLD or value == unit else f"{value} {unit}"
    return told if len(told) <= 80 else told[:79] + "…"


def _state(say: Words, row: dict[str, object]) -> str:
    marks = {
        "to_verify": row["to_verify"],
        "grown_old": row["grown_old"],
        "is_behind": row["behind"],
        "is_own": row["replaced"],
    }
    return ", ".join(say(f"law.{name}") for name, holds in marks.items() if holds)
