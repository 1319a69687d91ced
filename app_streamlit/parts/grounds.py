"""Where the figures and the gates of a suit come from, each with its dated source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import streamlit as st

from amiable.grounds import Ground
from amiable.suits import SuitFile
from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, plain
from law.french import term
from law.grounds import READS, of_gate
from law.parameters import Record
from models.litigation.laid_open import LaidOpen

_MOST = 6


def gates(say: Words, file: SuitFile) -> None:
    """Of each gate the text that founds it, since when, and what it reads of the ledger."""
    with st.expander(say("grounds.gates")):
        tables.html_table(
            [
                {
                    say("col.condition"): say.rule(check.gate.code, "gates"),
                    say("col.article"): _records(say, of_gate(check.gate.code, file.facts)),
                    say("grounds.ledger"): ", ".join(READS[check.gate.code]),
                }
                for check in file.checks
            ]
        )


def figures(
    say: Words, found: tuple[Ground, ...], laid: LaidOpen, written: Mapping[str, str]
) -> None:
    """Of each figure of the panel its value and what it is made of; ``written``: the values."""
    if not found:
        return
    with st.expander(say("grounds.title")):
        st.caption(plain(say("grounds.says", course=say.code("course", laid.course))))
        tables.html_table(
            [
                {
                    say("tornado.input"): _name(say, each.name),
                    say("tornado.value"): written.get(each.name, "–"),
                    say("col.source"): say.joint.join(_sources(say, each)),
                }
                for each in found
            ]
        )


def _name(say: Words, name: str) -> str:
    if name in ("stake", "net"):
        return say(f"executive.{name}")
    return say("tornado.time") if name == "time" else say.code("suit_input", name)


def _sources(say: Words, ground: Ground) -> Iterator[str]:
    if ground.run:
        yield say("grounds.run", run=ground.run)
    if ground.model:
        yield say("grounds.model", model=ground.model)
    if ground.records:
        yield _records(say, ground.records)
    if ground.n_house:
        yield say("grounds.suits", own=ground.n_own, house=ground.n_house)
    elif ground.counts_suits:
        yield say("grounds.no_suit")
    if ground.rows:
        yield say("grounds.rows", rows=", ".join(ground.rows))
    if ground.is_assumed:
        yield say("grounds.assumed")


def _records(say: Words, records: tuple[Record, ...]) -> str:
    """The first articles with the day since which each holds, and how many more."""
    every = list(dict.fromkeys(_record(say, each) for each in records))
    told, more = every[:_MOST], len(every) - _MOST
    return say.joint.join([*told, *([say("grounds.more", n=more)] if more > 0 else [])]) or "–"


def _record(say: Words, record: Record) -> str:
    article = term("articles", record.article) if say.language == "fr" else record.article
    since = say("grounds.since", article=article, day=say.day(record.from_on))
    return f"{since} ({say('law.to_verify')})" if record.verify else since
