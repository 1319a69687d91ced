"""Segments by hypothesis: sizes, euros, moves since an earlier day, and their debtors."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app_streamlit import beliefs, desk
from app_streamlit.parts import charts, drawing, profile_charts, tables
from app_streamlit.parts.profile import question_text
from app_streamlit.parts.words import Words, plain
from data_schema import codes

WORDS = codes("profile_decision")
_UNDETERMINED = "undetermined"
_GONE, _NEW = "gone", "new"


def word_of(say: Words, code: object) -> str:
    """The word of a decision, or that the debtor came or went."""
    told = str(code)
    return say(f"profiles.{told}") if told in (_NEW, _GONE) else say.code("profile_decision", told)


def sizes(say: Words, segments: pd.DataFrame) -> None:
    """Debtors and euros by word, as a picture, a sentence and a table."""
    st.subheader(say("profiles.sizes"))
    named = segments.assign(name=[word_of(say, word) for word in segments["word"]])
    drawn = named.assign(amount=named["open_eur"])[["name", "n", "amount"]]
    drawing.draw(say, charts.amounts(drawn, x="EUR"))
    silent = segments.loc[segments["word"] == _UNDETERMINED, ["n", "share", "open_eur"]].sum()
    told = say(
        "profiles.sizes_says",
        n=int(segments["n"].sum()),
        euros=say.money(segments["open_eur"].sum()),
        silent=int(silent["n"]),
        share=say.share(silent["share"]),
        silent_euros=say.money(silent["open_eur"]),
    )
    st.markdown(plain(told))
    columns = {
        "name": ("profile", str),
        "n": ("n_debtors", str),
        "share": ("share", say.share),
        "n_claims": ("claims", str),
        "open_eur": ("open", say.money),
        "mean_certainty": ("certainty", say.share),
    }
    tables.plain_table(tables.shown(named, columns, say))


def moves(say: Words) -> None:
    """Which words changed since the day chosen."""
    st.subheader(say("profiles.moves"))
    days = desk.earlier_days()
    if not days:
        st.caption(say("profiles.first_day"))
        return
    names = {day.run_id: say.day(day.as_of) for day in days}
    chosen = st.selectbox(
        say("changes.compare"), list(names), format_func=names.__getitem__, key="moves_since"
    )
    rows = beliefs.migration(next(day for day in days if day.run_id == chosen))
    stays = rows["word_before"] == rows["word_now"]
    both = (rows["word_before"] != _NEW) & (rows["word_now"] != _GONE)
    moved = rows[both & ~stays]
    told = say(
        "profiles.moves_says",
        day=names[chosen],
        moved=int(moved["n"].sum()),
        both=int(rows.loc[both, "n"].sum()),
        euros=say.money(moved["eur_now"].sum()),
        came=int(rows.loc[rows["word_before"] == _NEW, "n"].sum()),
        went=int(rows.loc[rows["word_now"] == _GONE, "n"].sum()),
    )
    st.markdown(plain(told))
    _most_frequent(say, moved)
    drawn = pd.DataFrame(
        {
            "before": [word_of(say, word) for word in rows["word_before"]],
            "now": [word_of(say, word) for word in rows["word_now"]],
            "n": rows["n"],
            "stays": stays,
            "euros": [say.money(amount) for amount in rows["eur_now"]],
        }
    )
    order = [word_of(say, word) for word in (*WORDS, _NEW, _GONE)]
    axes = {"x": say("profiles.now"), "y": names[chosen]}
    drawing.draw(say, profile_charts.moves(drawn, names=order, **axes))
    columns = {
        "word_before": ("word_before", lambda word: word_of(say, word)),
        "word_now": ("word_now", lambda word: word_of(say, word)),
        "n": ("n_debtors", str),
        "eur_before": ("eur_before", say.money),
        "eur_now": ("eur_now", say.money),
    }
    tables.plain_table(tables.shown(rows, columns, say))


def _most_frequent(say: Words, moved: pd.DataFrame) -> None:
    if moved.empty:
        return
    first = moved.iloc[0]
    told = {
        "before": word_of(say, first["word_before"]),
        "now": word_of(say, first["word_now"]),
        "n": int(first["n"]),
    }
    st.caption(plain(say("profiles.moves_most", **told)))


def debtors(say: Words, segments: pd.DataFrame) -> None:
    """Debtors of one word with the question that would settle most; a row opens its claim."""
    st.subheader(say("profiles.debtors"))
    words = [word for word in (_UNDETERMINED, *WORDS[:-1]) if word in set(segments["word"])]
    chosen = st.selectbox(
        say("profiles.choose"), words, format_func=lambda word: word_of(say, word), key="segment"
    )
    rows = beliefs.debtors_of(chosen)
    n = int(segments.loc[segments["word"] == chosen, "n"].sum())
    if n > len(rows):
        st.caption(say("profiles.first", shown=len(rows), n=n))
    columns = {
        "debtor_name": ("debtor", str),
        "open_eur": ("open", say.money),
        "likeliest": ("likeliest", lambda code: say.code("profile", code)),
        "certainty": ("certainty", say.share),
        "question_value": ("nats", lambda value: f"{float(str(value)):.2f}"),
        "next_question": ("question", lambda asked: question_text(say, asked)),
    }
    picked = st.dataframe(
        tables.shown(rows, columns, say),
        hide_index=True,
        width="stretch",
        height=min(420, 40 + 35 * max(len(rows), 1)),
        on_select="rerun",
        selection_mode="single-row",
        key=f"segment_{chosen}",
    )
    places = picked.selection.rows if picked else []
    claim = rows["claim_id"].iloc[places[0]] if places and places[0] < len(rows) else None
    if st.button(say("today.open"), disabled=claim is None, key="open_claim"):
        st.session_state["claim_id"] = str(claim)
        st.switch_page("screens/claim.py")
    st.caption(say("profiles.nats"))
