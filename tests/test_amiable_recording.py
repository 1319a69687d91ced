"""Other programs write decisions; all of a file is recorded, or none."""

from datetime import date, datetime

import pytest

from amiable.errors import AmiableError
from amiable.home import Home
from amiable.recording import record_file
from pipelines.journal import Journal

NOW = datetime(2026, 11, 21, 9, 0)


@pytest.fixture
def home(tmp_path):
    return Home.at(tmp_path, make=True)


def standing(home):
    journal = Journal(home.journal_url)
    entries = journal.standing(as_of=date(2026, 12, 31))
    journal.close()
    return entries


def test_a_csv_puts_its_further_columns_into_the_payload(home, tmp_path):
    file = tmp_path / "entries.csv"
    file.write_text(
        "actor,subject_type,subject_id,kind,as_of,due_on,amount\n"
        "Zoé,claim,F1,promise,2026-11-20,2026-12-01,100.00\n",
        encoding="utf-8",
    )

    assert record_file(home, file, now=NOW) == (1, 1)
    assert record_file(home, file, now=NOW) == (1, 0)
    (entry,) = standing(home)
    assert entry.payload == {"due_on": "2026-12-01", "amount": "100.00"}
    assert entry.as_of == date(2026, 11, 20)


def test_json_lines_keep_their_payload_and_zones_become_utc(home, tmp_path):
    file = tmp_path / "entries.jsonl"
    file.write_text(
        '{"actor":"crm","subject_type":"claim","subject_id":"F1","kind":"outcome",'
        '"at":"2026-11-20T23:30:00-02:00","payload":{"outcome":"refusal"}}\n',
        encoding="utf-8",
    )

    record_file(home, file, now=NOW)

    (entry,) = standing(home)
    assert entry.at == datetime(2026, 11, 21, 1, 30)
    assert entry.payload == {"outcome": "refusal"}


GOOD = '{"actor":"a","subject_type":"claim","subject_id":"F","kind":"accept",'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,b\n1,2\n", "columns"),
        ('{"actor": "crm"}\n', "line 1"),
        ('{"actor": ', "line 1"),
        (GOOD + '"at":"noon"}', "at"),
        (GOOD + '"at":"0001-01-01T00:00:00+14:00"}', "line 1: at"),
        (GOOD + '"minutes":"many"}', "line 1: minutes is 'many'"),
        (GOOD + '"minutes":"inf"}', "minutes"),
        (GOOD + '"claim_ids":5}', "claim_ids"),
        (GOOD + '"note":{"x":1}}', "note is a list or an object"),
        (GOOD + '"debtor_id":["d"]}', "debtor_id"),
        (
            '{"actor":"a","subject_type":"claim","subject_id":"F","kind":"accept","payload":3}',
            "JSON",
        ),
        ('{"a":' * 5000, "line 1: nested too deep"),
        (
            "actor,subject_type,subject_id,kind\n" + "x" * 200_000 + ",claim,C,accept\n",
            "after line 1",
        ),
    ],
)
def test_a_wrong_file_is_refused_whole(home, tmp_path, text, told):
    file = tmp_path / "entries.txt"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(AmiableError, match=told):
        record_file(home, file, now=NOW)
    assert standing(home) == []


def test_a_file_is_no_home(tmp_path):
    file = tmp_path / "entries.csv"
    file.touch()

    with pytest.raises(AmiableError, match="is a file"):
        Home.at(file, make=True)
    with pytest.raises(AmiableError, match="cannot be made a home"):
        Home.at(file / "home", make=True)


def test_a_home_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "writing.lock").mkdir()

    with pytest.raises(AmiableError, match="cannot be written"), Home.at(tmp_path).alone():
        pass
