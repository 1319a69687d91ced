"""The journal keeps every entry, reads them as of a day, and takes back what was undone."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from pipelines.journal import DECISION_TYPES, Entry, Journal, JournalRefused

NOON = datetime(2026, 3, 2, 12, 0)
DAY = date(2026, 3, 2)


@pytest.fixture
def journal(tmp_path):
    opened = Journal(f"sqlite:///{tmp_path / 'journal.db'}")
    yield opened
    opened.close()


def promise(claim="C1", **changes):
    fields = {
        "at": NOON,
        "as_of": DAY,
        "actor": "Zoé",
        "subject_type": "claim",
        "subject_id": claim,
        "kind": "promise",
        "payload": {"due_on": "2026-03-20", "amount": "120.50"},
    }
    return Entry(**{**fields, **changes})


def test_recording_the_same_entry_twice_records_it_once(journal):
    assert journal.record([promise(), promise()]) == 1
    assert journal.record([promise()]) == 0

    assert len(journal.entries()) == 1


def test_an_entry_of_a_later_day_is_not_known_before(journal):
    journal.record([promise(), promise("C2", as_of=date(2026, 3, 5))])

    assert [e.subject_id for e in journal.entries(as_of=DAY)] == ["C1"]


def test_an_undo_takes_back_and_can_be_taken_back(journal):
    first = promise().identified()
    undo = Entry(
        at=datetime(2026, 3, 2, 13),
        as_of=DAY,
        actor="Zoé",
        subject_type="claim",
        subject_id="C1",
        kind="undo",
        supersedes=first.entry_id,
    ).identified()
    again = Entry(
        at=datetime(2026, 3, 2, 14),
        as_of=DAY,
        actor="Zoé",
        subject_type="claim",
        subject_id="C1",
        kind="undo",
        supersedes=undo.entry_id,
    )

    journal.record([first, undo])
    assert journal.standing(as_of=DAY) == []

    journal.record([again])
    assert [e.entry_id for e in journal.standing(as_of=DAY)] == [first.entry_id]
    assert len(journal.entries()) == 3


def test_a_contact_group_gives_one_row_per_claim(journal):
    journal.record(
        [
            promise(
                "G1",
                subject_type="contact_group",
                kind="outcome",
                payload={"outcome": "no_answer", "claim_ids": ["A", "B"]},
            )
        ]
    )

    rows = journal.decisions(as_of=DAY)

    claim = list(DECISION_TYPES).index("claim_id")
    assert [row[claim] for row in rows] == ["A", "B"]


def test_amounts_keep_their_cents(journal):
    journal.record([promise()])

    (row,) = journal.decisions(as_of=DAY)

    assert row[list(DECISION_TYPES).index("amount")] == Decimal("120.50")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kind": "guess"}, "kind"),
        ({"subject_type": "planet"}, "subject_type"),
        ({"payload": {"due_on": "20/03/2026", "amount": "1"}}, "due_on"),
        ({"payload": {"due_on": "2026-03-20", "amount": "1.234"}}, "amount"),
        ({"payload": {"due_on": "2026-03-20", "amount": "NaN"}}, "amount"),
        ({"payload": {"due_on": "2026-03-20"}}, "amount"),
        ({"kind": "override", "payload": {}}, "reason"),
        ({"kind": "undo", "payload": {}}, "supersedes"),
        ({"kind": "outcome", "payload": {"outcome": "shrug"}}, "outcome"),
        ({"actor": " "}, "actor"),
    ],
)
def test_a_wrong_entry_is_refused_whole_with_the_field_named(journal, changes, told):
    with pytest.raises(JournalRefused, match=told):
        journal.record([promise("good"), promise(**changes)])

    assert journal.entries() == []
