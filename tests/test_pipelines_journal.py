"""The journal keeps every entry, reads them as of a day, and takes back what was undone."""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from data_schema import codes
from pipelines.errors import PipelineError
from pipelines.journal import DECISION_TYPES, Entry, Journal, JournalRefused

NOON = datetime(2026, 3, 2, 12, 0)
DAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def server():
    """URL of an empty PostgreSQL server of our own, reached by a socket only."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if not programs or find_spec("psycopg") is None:
        pytest.skip("needs PostgreSQL under /usr/lib/postgresql and the extra `postgresql`")
    # Not tmp_path: the server runs as another user and must be able to walk there.
    folder = Path(tempfile.mkdtemp(prefix="amiable-pg-"))
    run_as = []
    if os.geteuid() == 0:
        run_as = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
    pg_ctl, data = programs[-1], folder / "data"

    def run(*command):
        done = subprocess.run([*run_as, *command], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    started = False
    try:
        initdb = pg_ctl.with_name("initdb")
        run(initdb, "-D", data, "-U", "amiable", "-A", "trust", "-E", "UTF8", "--no-sync")
        run(pg_ctl, "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        started = True
        yield f"postgresql+psycopg://amiable@/postgres?host={folder}"
    finally:
        if started:
            run(pg_ctl, "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """URL of a database without a journal."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'journal.db'}"
    there = request.getfixturevalue("server")
    engine = sa.create_engine(there)
    with engine.begin() as connection:
        connection.execute(sa.text("drop schema public cascade"))
        connection.execute(sa.text("create schema public"))
    engine.dispose()
    return there


@pytest.fixture
def journal(url):
    opened = Journal(url)
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


def undo(entry, **changes):
    fields = {"at": NOON, "kind": "undo", "payload": {}, "supersedes": entry.entry_id}
    return promise(entry.subject_id, **{**fields, **changes}).identified()


@pytest.mark.parametrize("kind", [kind for kind in codes("journal_kind") if kind != "undo"])
def test_an_entry_of_each_kind_is_undone_and_given_back(journal, kind):
    subject_type, _, payload = next(row for row in MIXED if row[1] == kind)
    first = promise("S", subject_type=subject_type, kind=kind, payload=payload, reason="x")
    first = first.identified()
    back = undo(first, subject_type=subject_type)

    journal.record([first])
    journal.record([back])
    assert journal.standing(as_of=DAY) == []
    assert journal.decisions(as_of=DAY) == []

    journal.record([undo(back, subject_type=subject_type)])
    assert [entry.entry_id for entry in journal.standing(as_of=DAY)] == [first.entry_id]


def test_an_entry_undone_twice_is_undone_until_both_are_taken_back(journal):
    first = promise().identified()
    one, other = undo(first), undo(first, actor="Luc")
    journal.record([first, one, other])
    assert journal.standing(as_of=DAY) == []

    journal.record([undo(one)])
    assert journal.standing(as_of=DAY) == []

    journal.record([undo(other)])
    assert journal.standing(as_of=DAY) == [first]


@pytest.mark.parametrize("names", [("a", "b", "c"), ("c", "b", "a"), ("b", "c", "a")])
def test_undos_of_one_moment_count_in_any_order_of_their_names(journal, names):
    first = promise(entry_id=names[0])
    back = undo(first, entry_id=names[1])
    journal.record([first, back, undo(back, entry_id=names[2])])

    assert journal.standing(as_of=DAY) == [first]


def test_an_undo_of_an_entry_that_is_not_there_is_refused(journal):
    journal.record([promise()])

    with pytest.raises(JournalRefused, match="no other entry 'nobody'"):
        journal.record([undo(promise(entry_id="nobody"))])
    with pytest.raises(JournalRefused, match="take back one another"):
        journal.record([undo(promise(entry_id="me"), entry_id="me")])
    with pytest.raises(JournalRefused, match="no other entry 'nobody'"):
        journal.record([promise("C2", supersedes="nobody")])
    with pytest.raises(JournalRefused, match="take back one another"):
        journal.record(
            [
                undo(promise(entry_id="x"), entry_id="y"),
                undo(promise(entry_id="y"), entry_id="x"),
            ]
        )
    assert len(journal.entries()) == 1


def test_an_entry_that_replaces_another_stands_alone(journal):
    first = promise().identified()
    later = promise(payload={"due_on": "2026-03-27", "amount": "60.00"}, supersedes=first.entry_id)
    later = later.identified()

    journal.record([first, later])

    assert journal.standing(as_of=DAY) == [later]


def test_a_day_before_the_undo_still_has_what_was_undone(journal):
    first = promise().identified()
    journal.record([first, undo(first, as_of=DAY + timedelta(days=1))])

    assert journal.standing(as_of=DAY) == [first]
    assert journal.standing(as_of=DAY + timedelta(days=1)) == []


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
        ({"kind": "answer", "payload": {"question": "land_registry", "answer": "maybe"}}, "found"),
        ({"kind": "outcome", "payload": {"outcome": "shrug"}}, "outcome"),
        ({"actor": " "}, "actor"),
    ],
)
def test_a_wrong_entry_is_refused_whole_with_the_field_named(journal, changes, told):
    with pytest.raises(JournalRefused, match=told):
        journal.record([promise("good"), promise(**changes)])

    assert journal.entries() == []


MIXED = (
    ("claim", "promise", {"due_on": "2026-03-20", "amount": "120.50"}),
    ("claim", "outcome", {"outcome": "cash_wait", "note": "« règle fin de mois » — l'été"}),
    ("claim", "dispute", {"dispute_reason": "price", "amount": "10.00"}),
    ("claim", "override", {"action": "wait"}),
    ("claim", "accept", {}),
    ("debtor", "confirm_profile", {"profile": "cash_strapped"}),
    ("debtor", "answer", {"question": "late_payers", "answer": "yes"}),
    ("contact_group", "sent", {"channel": "email", "stage": "reminder", "claim_ids": ["A", "B"]}),
    ("contact_group", "postpone", {"until_on": "2026-04-01", "claim_ids": ["A"]}),
    ("suit", "approve_suit", {"claim_ids": ["A"]}),
    ("suit", "refuse_suit", {"claim_ids": ["B"]}),
    ("model", "promote", {"version": "3"}),
)


def mixed(count):
    """Entries of every kind by turns, one in thirteen an undo of the one before."""
    entries = []
    for number in range(count):
        subject_type, kind, payload = MIXED[number % len(MIXED)]
        supersedes = None
        if number % 13 == 12:
            subject_type, kind, payload = "claim", "undo", {}
            supersedes = entries[-1].entry_id
        fields = {
            "at": NOON + timedelta(seconds=number),
            "as_of": DAY + timedelta(days=number % 3),
            "subject_type": subject_type,
            "subject_id": f"S{number}",
            "kind": kind,
            "payload": payload,
            "reason": "parce que" if kind in ("override", "refuse_suit") else None,
            "supersedes": supersedes,
        }
        entries.append(promise(**fields).identified())
    return entries


def test_ten_thousand_mixed_entries_are_read_back_whole_by_another_session(url):
    written = mixed(10_000)
    first = Journal(url)
    assert first.record(written) == 10_000
    first.close()

    second = Journal(url)
    assert second.record(written) == 0
    read = second.entries()
    standing = second.standing(as_of=date(2026, 12, 31))
    rows = second.decisions(as_of=date(2026, 12, 31))
    second.close()

    assert {entry.kind for entry in written} == set(codes("journal_kind"))
    assert {entry.entry_id: entry for entry in read} == {e.entry_id: e for e in written}
    undone = {entry.supersedes for entry in written if entry.kind == "undo"}
    left = [e for e in written if e.kind != "undo" and e.entry_id not in undone]
    assert {entry.entry_id for entry in standing} == {entry.entry_id for entry in left}
    assert len(rows) == len(left) + sum(entry.kind == "sent" for entry in left)


def test_both_databases_give_entries_of_one_moment_in_the_same_order(journal):
    journal.record([promise(entry_id=name) for name in ("b", "_", "A", "é", "a", "B", "-")])

    assert [entry.entry_id for entry in journal.entries()] == ["-", "A", "B", "_", "a", "b", "é"]


def test_an_entry_recorded_by_another_session_at_the_same_moment_counts_once(url, monkeypatch):
    one, other = Journal(url), Journal(url)
    look = Journal._known

    def looked_too_early(self, connection, keys):
        known = look(self, connection, keys)
        if self is one and not known:
            monkeypatch.setattr(Journal, "_known", look)
            other.record(mixed(5))
        return known

    monkeypatch.setattr(Journal, "_known", looked_too_early)
    assert one.record(mixed(8)) == 3
    assert len(one.entries()) == 8
    one.close()
    other.close()


def test_a_session_that_records_what_another_just_recorded_counts_nothing(url):
    one, other = Journal(url), Journal(url)
    assert one.record(mixed(50)) == 50
    assert other.record(mixed(60)) == 10
    one.close()
    other.close()


def test_sessions_that_find_no_journal_at_one_moment_make_it_once(url):
    ready = Barrier(8)

    def opened():
        ready.wait()
        journal = Journal(url)
        journal.close()
        return True

    with ThreadPoolExecutor(8) as sessions:
        assert all(each.result() for each in [sessions.submit(opened) for _ in range(8)])


WRITER = """
import sys
from datetime import date, datetime
from pipelines.journal import Entry, Journal
who, url = sys.argv[1:]
journal = Journal(url)
for turn in range(15):
    journal.record(
        Entry(datetime(2026, 3, 2, 12), date(2026, 3, 2), who, "claim", f"{turn}-{n}", "accept")
        for n in range(5)
    )
"""


def test_writers_at_one_moment_wait_for_one_another_and_lose_nothing(url):
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, who, url], stderr=subprocess.PIPE, text=True
        )
        for who in ("Luc", "Ana", "Zoé")
    ]
    failed = [told for writer in writers if (told := writer.communicate()[1])]

    assert failed == []
    opened = Journal(url)
    written = [entry.actor for entry in opened.entries()]
    opened.close()
    assert {who: written.count(who) for who in set(written)} == {"Luc": 75, "Ana": 75, "Zoé": 75}


def test_a_journal_opened_again_keeps_its_entries_and_goes_on_after_a_kill(url):
    first = Journal(url)
    first.record(mixed(100))
    first.close()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        # As a kill leaves it between the table and the note that it was made.
        connection.execute(sa.text("drop table alembic_version"))
        connection.execute(sa.text("drop index journal_as_of"))
    engine.dispose()

    again = Journal(url)
    assert len(again.entries()) == 100
    assert again.record(mixed(101)) == 1
    again.close()
    engine = sa.create_engine(url)
    assert "journal_as_of" in {i["name"] for i in sa.inspect(engine).get_indexes("journal")}
    engine.dispose()


def test_a_journal_of_a_later_version_is_left_as_it_is(url):
    first = Journal(url)
    first.record(mixed(10))
    first.close()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))

    with pytest.raises(PipelineError, match="later version of amiable"):
        Journal(url)

    with engine.begin() as connection:
        assert connection.execute(sa.text("select count(*) from journal")).scalar() == 10
    engine.dispose()


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_a_text_that_a_database_cannot_hold_is_refused_by_its_field(journal, text):
    with pytest.raises(JournalRefused, match="reason"):
        journal.record([promise(reason=text)])
    with pytest.raises(JournalRefused, match="payload"):
        journal.record([promise(payload={"due_on": "2026-03-20", "amount": 1, "note": text})])


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "no database address"),
        ("martian://here/journal", "no database address"),
        ("sqlite:////no/such/folder/journal.db", "cannot be opened"),
        ("postgresql+psycopg://me:secret@127.0.0.1:1/none", "cannot be opened"),
    ],
)
def test_a_journal_that_cannot_be_reached_says_so(url, told):
    if url.startswith("postgresql"):
        pytest.importorskip("psycopg")
    with pytest.raises(PipelineError, match=told) as refused:
        Journal(url)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)
