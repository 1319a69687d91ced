"""Ladders of clients: read, judged, kept with who and why, taken back, followed by day."""

from datetime import date

import pytest
from typer.testing import CliRunner

from amiable import ladders
from amiable.cli import app
from amiable.errors import AmiableError
from amiable.home import Home
from letters.ladders import rungs
from models.strategy import ladder_parts
from models.strategy.ladder_parts import BrokenLadder, differing, over, read, readable
from models.strategy.ladders import cautious
from models.strategy.tables import ladder

DAY = date(2026, 11, 26)
LATER = date(2026, 12, 10)


def judged(text):
    return over(ladder(), read(text, "own.yaml"), "own.yaml", as_of=DAY)


@pytest.fixture
def home(tmp_path):
    return Home.at(tmp_path / "home", make=True)


def put(home, text, *, creditor="*", on=DAY, reason="convenu au contrat, annexe 2"):
    told = {"reason": reason, "by": "Zoé", "today": on}
    change = ladders.asked_for(home, creditor, read(text, "own.yaml"), "own.yaml", **told)
    ladders.put(home, change)


def cli(home, *words):
    return CliRunner().invoke(app, ["ladder", *map(str, words), "--home", str(home.path)])


def test_a_part_is_written_for_all_by_profile_or_in_order():
    made = judged("first_delay_days: {bad_faith: 2, others: 9}")
    assert made["first_delay_days"] == [9, 9, 2, 9, 9]

    made = judged("stages: {reminder: {gap_days: 12, advance_days: [13, 14, 7, 15, 16]}}")
    assert made["stages"]["reminder"]["gap_days"] == [12] * 5
    assert made["stages"]["reminder"]["advance_days"] == [13, 14, 7, 15, 16]
    assert made["stages"]["reminder"]["tone"] == ladder()["stages"]["reminder"]["tone"]


def test_a_ladder_shown_can_be_set_again_and_only_what_differs_is_kept():
    own = judged("stages: {last_attempt: {channels: [letter, phone]}}")

    assert judged(readable(own)) == own
    assert differing(ladder(), own) == {
        "stages": {"last_attempt": {"channels": ["letter", "phone"]}}
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hours: [7, 22]", "fixed by law and conduct"),
        ("stages: {threat: {gap_days: 9}}", "'threat' cannot be set"),
        ("stages: {reminder: {gap_days: 2}}", "at least 3 days (at most 3 contacts in 7 days)"),
        ("stages: {formal_notice: {gap_days: 7}}", "the time that a formal notice gives"),
        ("stages: {formal_notice: {channels: [email]}}", "not by email"),
        ("stages: {last_attempt: {channels: [sms, phone]}}", "not by sms"),
        ("stages: {reminder: {channels: [visit, email]}}", "not by visit"),
        ("stages: {reminder: {channels: [email]}}", "one alone cannot alternate"),
        ("stages: {reminder: {channels: [email, email]}}", "stands twice"),
        ("stages: {reminder: {channels: [fax, email]}}", "'fax' is none of"),
        ("stages: {reminder: {tone: formal}}", "falls from formal to courteous"),
        ("stages: {formal_notice: {tone: firm}}", "softer than formal"),
        ("stages: {reminder: {tone: rude}}", "'rude' is none of"),
        ("stages: {firm_reminder: {advance_days: 10}}", "the stages follow one another"),
        ("stages: {reminder: {gap_days: [8, 8]}}", "2 values"),
        ("stages: {reminder: {gap_days: -3}}", "no number of days"),
        ("stages: {reminder: {gap_days: 9.5}}", "no number of days"),
        ("stages: {reminder: {gap_days: true}}", "no number of days"),
        ("stages: {reminder: 8}", "fields and their values"),
        ("stages: [reminder]", "names of reminder"),
        ("first_delay_days: 400", "over 60 days"),
        ("self_curing: {p_30: 0.1}", "from 0.5 to 1"),
        ("answers: {offer_plan: {channels: [sms]}}", "not by sms"),
        ("stages: {reminder: {gap_days: {honest: 4}}}", "'honest' cannot be set"),
        ("[1, 2", "line 1: this is not YAML"),
        ("- 1", "write at least one"),
        ("", "write at least one"),
    ],
)  # fmt: skip
def test_what_law_or_conduct_forbids_is_refused_in_one_line(text, told):
    with pytest.raises(BrokenLadder) as refused:
        judged(text)

    assert told in str(refused.value)
    assert str(refused.value).startswith("own.yaml")
    assert "\n" not in str(refused.value)


def test_every_stage_has_letters_for_the_tones_and_channels_that_a_client_may_choose():
    for stage, softest in ladder_parts._SOFTEST.items():
        written = set(ladder_parts.STAGE_CHANNELS[stage]) - {"phone", "visit"}
        assert written <= set(rungs()[stage].channels)
        assert softest == rungs()[stage].tones[0]


def test_of_two_clients_a_debtor_follows_the_patient_one():
    slow = judged("stages: {reminder: {gap_days: 20, channels: [letter, email]}}")
    soft = judged("stages: {reminder: {tone: helpful, gap_days: 9}}")

    both = cautious([slow, soft])["stages"]["reminder"]

    assert both["gap_days"] == [20] * 5
    assert both["tone"] == ["helpful"] * 5
    assert both["channels"] == ["letter", "email"]


def test_a_ladder_counts_from_its_day_until_it_is_taken_back(home):
    put(home, "first_delay_days: 20", creditor="K")
    put(home, "first_delay_days: 25", creditor="K", on=date(2026, 12, 1))
    undone, before = ladders.undo(home, "K", today=LATER)

    assert undone.ladder == {"first_delay_days": [25] * 5}
    assert before.ladder == {"first_delay_days": [20] * 5}
    for day, delay in (
        (date(2026, 11, 25), 3),
        (DAY, 20),
        (date(2026, 12, 9), 25),
        (LATER, 20),
    ):
        assert ladders.in_force(home, day).of("K")["first_delay_days"][0] == delay
    assert ladders.in_force(home, DAY).of("other") == ladder()


def test_a_change_for_all_is_refused_where_a_client_s_own_could_not_stand_on_it(home):
    put(home, "stages: {firm_reminder: {tone: courteous}}", creditor="K")

    with pytest.raises(AmiableError, match=r"client K, firm_reminder, tone .* falls from firm"):
        put(home, "stages: {reminder: {tone: firm}, firm_reminder: {tone: firm}}")
    assert len(ladders.read(home)) == 1


def test_the_versions_tell_one_ladder_from_another(home):
    before = ladders.in_force(home, DAY).version
    put(home, "first_delay_days: 20", creditor="K")

    assert ladders.in_force(home, DAY).version != before
    assert ladders.in_force(home, date(2026, 11, 25)).version == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- {creditor: K}", "reason, by, decided_on, ladder is missing"),
        ("nonsense", "a list of entries is needed"),
        ("- {creditor: K, reason: convenu, by: Z, decided_on: hier, ladder: {a: 1}}", "not a day"),
        ("- {creditor: K, reason: oui, by: Z, decided_on: 2026-11-26, ladder: {a: 1}}", "little"),
        ("- [", "this is not YAML"),
    ],
)  # fmt: skip
def test_a_broken_file_of_the_home_stops_with_the_entry_named(home, text, told):
    (home.path / "ladders.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(AmiableError, match=told):
        ladders.in_force(home, DAY)


def test_a_ladder_is_set_listed_shown_and_undone_from_the_command_line(home, tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text("first_delay_days: 20\n", encoding="utf-8")
    words = ("--client", "=cmd|'K'!A0", "--reason", "convenu au contrat", "--by", "Zoé\nadmin")

    done = cli(home, "set", file, *words)

    assert done.exit_code == 0, done.output
    assert "by Zoé admin" in cli(home, "list").output
    assert "first_delay_days: 20" in cli(home, "show", "--client", words[1]).output
    assert cli(home, "undo", "--client", words[1]).exit_code == 0
    assert "the ladder shipped" in cli(home, "list").output
    assert "undone on" in cli(home, "list", "--all").output
    refused = cli(home, "undo", "--client", words[1])
    assert refused.exit_code == 1
    assert "nothing to undo" in refused.output
    assert cli(home, "set", tmp_path / "none.yaml", *words).exit_code == 1
