"""Blind labels of profiles: the cases of a person, what may be read of them, what is journalled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from data_schema import codes
from pipelines.journal import Entry

if TYPE_CHECKING:
    from pandas import DataFrame

    from models.profile.labelling import Agreement
    from pipelines.warehouse import Warehouse

QUESTION = "blind_label"
"""Question of the ``answer`` entries that say *cannot say*."""
CANNOT_SAY = "cannot_say"
DRAWN = ("third", "double", "random", "telling")
USUAL = 20
MOST_EVENTS = 40
MOST_NOTE = 600
_COORDINATES = re.compile(r"\S+@\S+\.\w+|\+?\d[\d .()/-]{7,}\d")
# A title before a name tells gender and person; before a function ("Mme la comptable") it stays.
_TITLED = re.compile(
    r"\b(?:mme|mlle|madame|mademoiselle|monsieur|mr|m\.)\s+(?!l[ae]\b|l')[\w'-]{2,}", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SHORTEST_NAME = 4


@dataclass(frozen=True, slots=True)
class Case:
    """What a labeller reads of one debtor: figures and events, no name, belief or evidence.

    ``facts`` has the names of ``labels.yaml``; ``events`` are newest first with the keys
    happened_at, kind, label_code, channel, tone, amount and note (masked, or None).
    """

    debtor_id: str
    facts: dict[str, Any]
    events: list[dict[str, Any]]


def verdicts() -> tuple[str, ...]:
    """What a labeller can say: the four profiles, or that it cannot be said."""
    return (*codes("profile"), CANNOT_SAY)


@cache
def words() -> dict[str, Any]:
    """Words of files and facts, [French, English]."""
    path = Path(__file__).parent / "labels.yaml"
    told: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return told


def word(group: str, name: str, language: str) -> str:
    """The word of a fact, column or event in a language.

    >>> word("facts", "n_answers", "fr"), word("facts", "n_answers", "en")
    ('Réponses', 'Answers')
    """
    french, english = words()[group].get(name, (name, name))
    return str(french if language == "fr" else english)


def entry_of(
    debtor_id: str,
    verdict: str,
    *,
    labeller: str,
    at: datetime,
    as_of: date,
    blind: bool = True,
    drawn: str | None = None,
    remark: str | None = None,
    run_id: str | None = None,
    entry_id: str = "",
) -> Entry:
    """The journal entry of a label; *cannot say* is an answer that no run takes for a profile."""
    if verdict == CANNOT_SAY:
        payload: dict[str, Any] = {"question": QUESTION, "answer": CANNOT_SAY, "blind": blind}
    else:
        payload = {"profile": verdict, "blind": blind}
    if drawn:
        payload["drawn"] = drawn
    return Entry(
        at=at,
        as_of=as_of,
        actor=labeller,
        subject_type="debtor",
        subject_id=debtor_id,
        kind="answer" if verdict == CANNOT_SAY else "confirm_profile",
        payload=payload,
        reason=remark or None,
        run_id=run_id,
        entry_id=entry_id,
    )


def is_label(entry: Entry) -> bool:
    """Whether an entry says, or declines to say, which profile a debtor has."""
    if entry.kind == "confirm_profile":
        return True
    return entry.kind == "answer" and entry.payload.get("question") == QUESTION


def is_blind(entry: Entry) -> bool:
    """Whether its author did not see the belief."""
    return str(entry.payload.get("blind", "")).lower() == "true"


def given(warehouse: Warehouse, standing: Iterable[Entry]) -> DataFrame:
    """Last word of each person on each debtor, imported or journalled, in the order given.

    Columns debtor_id, labelled_by, profile (None: cannot say), labelled_on, blind, drawn.
    """
    import pandas as pd

    from models.profile.labelling import LABEL_COLUMNS, last_words

    imported = warehouse.labels("given").assign(drawn=None)
    journalled = pd.DataFrame(
        [
            {
                "debtor_id": _debtor(entry),
                "labelled_by": entry.actor,
                "profile": entry.payload.get("profile"),
                "labelled_on": entry.as_of,
                "blind": is_blind(entry),
                "drawn": entry.payload.get("drawn"),
            }
            for entry in standing
            if is_label(entry)
        ],
        columns=[*LABEL_COLUMNS, "drawn"],
    )
    # Objects on both sides: a frame without rows has no types to agree with.
    both = pd.concat([part.astype(object) for part in (imported, journalled)], ignore_index=True)
    both["labelled_on"] = pd.to_datetime(both["labelled_on"])
    both["blind"] = both["blind"].astype(bool)
    both["labelled_by"] = both["labelled_by"].map(person)
    both["profile"] = both["profile"].where(both["profile"].notna(), None)
    last: DataFrame = last_words(both.sort_values("labelled_on", kind="stable"))
    return last


def person(name: object) -> str:
    """The name by which a labeller is known, however it was typed.

    >>> person("  Zoé  PETIT ")
    'zoé petit'
    """
    return " ".join(str(name or "").split()).casefold()


def _debtor(entry: Entry) -> str:
    return str(entry.payload.get("debtor_id") or entry.subject_id)


def queue_of(
    warehouse: Warehouse, labels: DataFrame, *, labeller: str, day: date, n: int = USUAL
) -> DataFrame:
    """Cases of a person on the day: debtor_id, drawn, done."""
    from models.profile.labelling import queue

    def describe(debtor_ids: list[str]) -> DataFrame:
        return warehouse.labels("described", debtor_ids=debtor_ids)

    found: DataFrame = queue(
        warehouse.labels("candidates"),
        labels,
        labeller=person(labeller),
        day=day,
        n=n,
        describe=describe,
    )
    return found


def cases(warehouse: Warehouse, debtor_ids: Iterable[str]) -> list[Case]:
    """What may be read of debtors, in their order; one without an open claim is left out."""
    wanted = list(dict.fromkeys(debtor_ids))
    facts = {str(row["debtor_id"]): row for row in _records(warehouse, "facts", wanted)}
    events: dict[str, list[dict[str, Any]]] = {}
    for row in _records(warehouse, "events", wanted, most=MOST_EVENTS):
        events.setdefault(str(row.pop("debtor_id")), []).append(row)
    made = []
    for debtor_id in wanted:
        if debtor_id not in facts:
            continue
        own = facts[debtor_id]
        name = own.pop("name")
        del own["debtor_id"]
        told = [
            {**event, "note": readable(event["note"], name)} for event in events.get(debtor_id, [])
        ]
        made.append(Case(debtor_id, own, told))
    return made


def _records(
    warehouse: Warehouse, query: str, debtor_ids: list[str], **parameters: object
) -> list[dict[str, Any]]:
    found = warehouse.labels(query, debtor_ids=debtor_ids, **parameters).astype(object)
    rows = found.where(found.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def readable(note: object, name: object) -> str | None:
    """A note without sensitive terms, addresses, telephone numbers, or names of persons.

    >>> readable("Dupont SA : rappeler le 06 12 34 56 78, grève du syndicat", "DUPONT SA")
    '[débiteur] : rappeler le [masqué], grève du [masqué]'
    """
    from models.profile.notes import MASK, masked
    from models.profile.rules import rules

    if not isinstance(note, str) or not note.strip():
        return None
    text = _CONTROL.sub(" ", note)[: 4 * MOST_NOTE]
    text = masked(text, rules().sensitive)
    if isinstance(name, str) and len(name.strip()) >= _SHORTEST_NAME:
        text = re.sub(re.escape(name.strip()), "[débiteur]", text, flags=re.IGNORECASE)
    text = _TITLED.sub("[une personne]", _COORDINATES.sub(MASK, text))
    return text if len(text) <= MOST_NOTE else text[:MOST_NOTE].rstrip() + " …"


def agreement_of(labels: DataFrame) -> Agreement:
    """How far the blind labellers agree."""
    from models.profile.labelling import agreement

    return agreement(labels)


def told(warehouse: Warehouse, labels: DataFrame) -> dict[str, Any]:
    """The summary object of ``amiable labels agreement --json``.

    ``mix``: how often each verdict was given in the fair sample of ``fair`` debtors.
    """
    from models.profile.labelling import contested, fair_sample

    found = agreement_of(labels)
    blind = labels[labels["blind"]]
    fair = blind[blind["debtor_id"].isin(fair_sample(warehouse.labels("candidates"), labels))]
    mix = fair["profile"].fillna(CANNOT_SAY).value_counts(normalize=True)
    return {
        "alpha": found.alpha,
        "low": found.low,
        "high": found.high,
        "cases": found.n_cases,
        "labellers": found.n_labellers,
        "same": found.same,
        "labels": int(blind["profile"].notna().sum()),
        "cannot_say": int(blind["profile"].isna().sum()),
        "fair": int(fair["debtor_id"].nunique()),
        "mix": {name: round(float(mix.get(name, 0.0)), 6) for name in verdicts()},
        "contested": contested(labels).to_dict("records"),
        "pairs": found.pairs.round(6).tolist(),
        "profiles": list(codes("profile")),
    }
