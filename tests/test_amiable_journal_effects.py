"""Each kind of journal entry changes the next run, an undo takes it back, a later row outweighs it.

One small home runs once; each test records into a copy of it and runs the day after.
"""

import runpy
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from amiable.cli import app
from amiable.home import Home
from amiable.imports import import_sources
from amiable.logs import Steps
from amiable.promotion import promoted
from amiable.recording import record_file
from amiable.runs import run_day
from data_schema import codes
from models.recovery import fit
from models.registry import Registry
from pipelines import publication
from pipelines.entries import JournalRefused
from pipelines.journal import Entry, Journal
from pipelines.warehouse import Warehouse

DAY = date(2026, 10, 1)
NEXT_DAY = date(2026, 10, 2)
AT = datetime(2026, 10, 1, 9, 0)
NOW = datetime(2026, 11, 20, 8, 0)
LEDGER = {
    "creditors": """creditor_id,name,kind
K,Atelier Vasseur,company
""",
    "debtors": """debtor_id,name,kind,siren,created_on,email,email_consent,phone,solvency_score
D1,Boulangerie Morel,company,732829320,2010-01-01,compta@morel.example,true,0240000001,60
D2,Garage Lemoine,company,552100554,2010-01-01,compta@lemoine.example,true,0240000002,20
D3,Jeanne Petit,sole_trader,404833048,2012-01-01,petit@petit.example,true,0240000003,98
""",
    "claims": "claim_id,debtor_id,creditor_id,issued_on,due_on,amount,"
    """has_order,has_delivery_proof,has_terms
C1,D1,K,2026-06-01,2026-07-01,900.00,true,true,true
C2,D2,K,2025-11-01,2025-12-01,2500.00,true,true,true
C3,D3,K,2026-02-01,2026-03-01,60000.00,true,true,true
""",
    "actions": "action_id,claim_id,at,channel,stage,tone,received_on\n" + "".join(
        f"{claim}{n},{claim},{day}T10:00:00,{channel},{stage},{tone},{day}\n"
        for claim in ("C2", "C3")
        for n, (day, channel, stage, tone) in enumerate([
            ("2026-03-09", "email", "reminder", "courteous"),
            ("2026-03-23", "letter", "firm_reminder", "firm"),
            ("2026-04-07", "registered_letter", "formal_notice", "formal"),
            ("2026-06-16", "phone", "last_attempt", "formal"),
        ])
    ),
}  # fmt: skip


def ledger(folder, tables):
    folder.mkdir()
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text(rows, encoding="utf-8")
    return folder


def run(home, day=NEXT_DAY):
    return run_day(home, day, started_at=NOW, steps=Steps())


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("journal")
    home = Home.at(folder / "home", make=True)
    import_sources(home, [ledger(folder / "ledger", LEDGER)], imported_at=NOW, strict=True)
    run(home, DAY)
    return home


@pytest.fixture
def home(ran, tmp_path):
    """A copy of the home that has run, free to be written to."""
    shutil.copytree(ran.path, tmp_path / "home", symlinks=True)
    return Home.at(tmp_path / "home")


@pytest.fixture(scope="module")
def untouched(ran, tmp_path_factory):
    """What the day after says when nobody decided anything."""
    folder = tmp_path_factory.mktemp("untouched") / "home"
    shutil.copytree(ran.path, folder, symlinks=True)
    home = Home.at(folder)
    run(home)
    return seen(home)


def entry(kind, subject="C1", payload=None, *, subject_type="claim", **changes):
    fields = {"at": AT, "as_of": DAY, "actor": "Zoé", "payload": payload or {}}
    told = {"kind": kind, "subject_id": subject, "subject_type": subject_type}
    return Entry(**{**fields, **told, **changes}).identified()


def record(home, *entries):
    journal = Journal(home.journal_url)
    journal.record(entries)
    journal.close()


def seen(home):
    """Each claim's advice and money, each debtor's profile, each suit's course."""
    with Warehouse(home.path) as warehouse:
        return {
            "advice": warehouse.table("recommendations").set_index("claim_id"),
            "claims": warehouse.table("claims").set_index("claim_id"),
            "profiles": warehouse.table("profiles").set_index("debtor_id"),
        }


def core(home, sql):
    with duckdb.connect(str(publication.published(home.path)), read_only=True) as con:
        return con.execute(sql).fetchall()


def after(home, *entries):
    record(home, *entries)
    run(home)
    return seen(home)


def test_the_home_is_as_the_tests_need_it(untouched):
    assert untouched["advice"]["action"].to_dict() == {
        "C1": "call",
        "C2": "remind",
        "C3": "sue",
    }
    assert "person_signs" in untouched["advice"].loc["C3", "guards"]


def test_accepted_advice_is_kept_to(home, tmp_path, untouched):
    file = tmp_path / "accept.jsonl"
    file.write_text(
        '{"actor":"Zoé","subject_type":"claim","subject_id":"C1","kind":"accept",'
        '"at":"2026-10-01T09:00"}\n',
        encoding="utf-8",
    )
    record_file(home, file, now=NOW)
    (kept,) = _standing(home)
    assert kept.payload["action"] == "call"
    run(home)

    advice = seen(home)["advice"].loc["C1"]
    assert (advice["action"], advice["channel"]) == ("call", "phone")
    assert "Décision d'une personne" in advice["reason"]
    assert "Décision d'une personne" not in untouched["advice"].loc["C1", "reason"]
    assert advice["propensity"] == 1


def test_advice_accepted_stands_when_the_next_run_would_advise_otherwise(home):
    accepted = entry("accept", payload={"action": "remind", "channel": "email"})
    advice = after(home, accepted)["advice"].loc["C1"]

    assert (advice["action"], advice["channel"]) == ("remind", "email")


def test_an_override_replaces_the_advice(home):
    override = entry("override", payload={"action": "remind", "channel": "letter"}, reason="écrit")
    advice = after(home, override)["advice"].loc["C1"]

    assert (advice["action"], advice["channel"]) == ("remind", "letter")
    assert "écrit" in advice["reason"]


def test_an_outcome_is_answered(home):
    told = after(home, entry("outcome", payload={"outcome": "missing_document", "note": "BL ?"}))

    assert told["advice"].loc["C1", "action"] == "resend_documents"


def test_a_profile_confirmed_becomes_the_profile(home, untouched):
    confirmed = entry("confirm_profile", "D1", {"profile": "bad_faith"}, subject_type="debtor")
    profile = after(home, confirmed)["profiles"].loc["D1"]

    assert untouched["profiles"].loc["D1", "profile"] != "bad_faith"
    assert profile["profile"] == "bad_faith"


@pytest.mark.parametrize("subject", [("D1", "debtor"), ("C1", "claim")])
def test_an_answer_moves_the_profile_and_is_not_asked_again(home, untouched, subject):
    before = untouched["profiles"].loc["D1"]
    answers = [
        entry("answer", subject[0], {"question": asked, "answer": said}, subject_type=subject[1])
        for asked, said in (
            ("instalments", "accepts"),
            (before["next_question"], "whatever was said"),
        )
    ]
    profile = after(home, *answers)["profiles"].loc["D1"]

    assert profile["p_cash_strapped"] > before["p_cash_strapped"] + 0.1
    assert profile["next_question"] != before["next_question"]


def test_a_promise_rests_the_claim_until_the_day_after(home):
    told = after(home, entry("promise", payload={"due_on": "2026-10-20", "amount": "900.00"}))

    advice = told["advice"].loc["C1"]
    assert advice["action"] == "wait"
    assert str(advice["act_on"])[:10] == "2026-10-21"


def test_a_dispute_is_asked_for_in_writing_and_not_chased(home):
    told = after(home, entry("dispute", payload={"dispute_reason": "quality", "note": "cassé"}))

    assert told["advice"].loc["C1", "action"] == "ask_written_dispute"
    assert told["claims"].loc["C1", "chaseable_amount"] == 0


@pytest.mark.parametrize(
    ("answers", "action"),
    [(["yes", "non"], "answer_dispute"), (["no", "oui"], "resolve_dispute")],
)
def test_what_a_person_found_of_a_dispute_decides_between_answer_and_repair(home, answers, action):
    asked = {"question": "dispute_founded"}
    said = [
        entry("answer", payload={**asked, "answer": answer}, at=AT + timedelta(minutes=n))
        for n, answer in enumerate(answers, 1)
    ]
    told = after(home, entry("dispute", payload={"dispute_reason": "price"}), *said)

    assert told["advice"].loc["C1", "action"] == action
    with pytest.raises(JournalRefused, match="use one of yes"):
        record(home, entry("answer", payload={**asked, "answer": "perhaps"}))


def test_an_answer_that_was_sent_is_left_time_and_a_closed_complaint_is_chased_again(home):
    said = {"question": "dispute_founded", "answer": "no"}
    letter = {"action": "answer_dispute", "channel": "email", "stage": "reminder"}
    later = AT + timedelta(minutes=5)
    answered = after(
        home,
        entry("dispute", payload={"dispute_reason": "price"}),
        entry("answer", payload=said),
        entry("sent", payload=letter, at=later),
    )
    over = {"question": "dispute_closed", "answer": "oui"}
    closed = after(home, entry("answer", payload=over, at=later + timedelta(minutes=1)))

    assert answered["advice"].loc["C1", "action"] == "wait"
    assert "laisser le débiteur réagir" in answered["advice"].loc["C1", "reason"]
    assert answered["claims"].loc["C1", "chaseable_amount"] == 0
    assert closed["claims"].loc["C1", "chaseable_amount"] > 0
    assert "litige" not in closed["advice"].loc["C1", "reason"]


def test_a_repair_that_was_announced_is_still_to_be_made_until_a_person_says_that_it_was(home):
    found = {"question": "dispute_founded", "answer": "yes"}
    letter = {"action": "resolve_dispute", "channel": "email", "stage": "reminder"}
    later = AT + timedelta(minutes=5)
    announced = after(
        home,
        entry("dispute", payload={"dispute_reason": "quality"}),
        entry("answer", payload=found),
        entry("sent", payload=letter, at=later),
        entry("answer", payload={"question": "dispute_closed", "answer": "yes"}, at=later),
    )
    made = {"question": "dispute_remedied", "answer": "yes"}
    repaired = after(home, entry("answer", payload=made, at=later + timedelta(minutes=1)))

    assert announced["advice"].loc["C1", "action"] == "resolve_dispute"
    assert announced["claims"].loc["C1", "chaseable_amount"] == 0
    assert repaired["claims"].loc["C1", "chaseable_amount"] > 0
    assert "litige" not in repaired["advice"].loc["C1", "reason"]


def test_a_suit_approved_is_signed_or_advised_in_place_of_another_course(home):
    told = after(
        home,
        entry("approve_suit", "K|D3", {"claim_ids": ["C3"]}, subject_type="suit"),
        entry("approve_suit", "K|D2", {"claim_ids": ["C2"]}, subject_type="suit"),
    )["advice"]

    assert (told.loc["C3", "action"], told.loc["C2", "action"]) == ("sue", "sue")
    assert "person_signs" not in told.loc["C3", "guards"]


def test_a_suit_approved_too_early_is_stopped_by_the_law(home):
    told = after(home, entry("approve_suit", payload={}))["advice"]

    assert told.loc["C1", "action"] == "call"
    assert {"override_refused"} < set(told.loc["C1", "guards"])


def test_a_suit_refused_is_not_advised_again(home):
    refused = entry(
        "refuse_suit", "K|D3", {"claim_ids": ["C3"]}, subject_type="suit", reason="client"
    )

    assert after(home, refused)["advice"].loc["C3", "action"] != "sue"


def test_what_was_sent_counts_as_a_contact(home):
    sent = entry("sent", payload={"channel": "email", "stage": "reminder", "tone": "courteous"})
    told = after(home, sent)

    assert told["claims"].loc["C1", "stage"] == "reminder"
    assert told["advice"].loc["C1", "action"] == "wait"
    assert core(home, "select channel, cast(\"at\" as date) from core.actions"
                " where claim_id = 'C1'") == [("email", DAY)]  # fmt: skip


def test_a_postponed_claim_rests_until_its_day(home):
    told = after(home, entry("postpone", payload={"until_on": "2026-10-15"}))["advice"].loc["C1"]

    assert told["action"] == "wait"
    assert str(told["act_on"])[:10] == "2026-10-15"


def test_a_model_promoted_is_used_and_its_undo_gives_back_what_was(home):
    registry = Registry(home.path, home.settings.mlflow_tracking_uri)
    made_up = runpy.run_path(str(Path(__file__).with_name("recovery_portfolio.py")))["made_up"]
    model = fit(*made_up(n_claims=300), known_by=date(2025, 1, 1))
    logged = (model.parts(), {}, {}, date(2025, 1, 1), "d", "card")
    good = registry.log("recovery", *logged)
    bad = registry.log("recovery", *logged, failed_gates=["calibration"])
    promotion = entry("promote", "recovery", {"version": good}, subject_type="model")
    record(home, promotion)

    assert run(home).models["recovery"] == good

    record(home, entry("promote", "recovery", {"version": bad}, subject_type="model",
                       at=datetime(2026, 10, 1, 10)))  # fmt: skip
    assert run(home).models["recovery"] == "prior"

    undone = entry("undo", "recovery", subject_type="model", supersedes=promotion.entry_id)
    record(home, undone)
    told = CliRunner().invoke(
        app, ["promote", "recovery", "--version", good, "--home", str(home.path)]
    )
    assert told.exit_code == 0, told.output
    # The entry of the failed version gives way to the command, which is the later word.
    assert promoted(home, "recovery", date(2100, 1, 1)).version == good


def test_an_undo_gives_back_every_advice(home, untouched):
    entries = [
        entry("postpone", payload={"until_on": "2026-10-15"}),
        entry("promise", payload={"due_on": "2026-10-20", "amount": "900.00"}),
        entry("dispute", "C2", {"dispute_reason": "price"}),
        entry("confirm_profile", "D1", {"profile": "bad_faith"}, subject_type="debtor"),
        entry("refuse_suit", "C3", reason="client"),
        entry("sent", "C1", {"channel": "email", "stage": "reminder"}),
    ]
    undos = [
        entry("undo", each.subject_id, subject_type=each.subject_type, supersedes=each.entry_id)
        for each in entries
    ]
    told = after(home, *entries, *undos)

    for name, table in untouched.items():
        assert told[name].astype(str).to_dict() == table.astype(str).to_dict()


DECIDED = {
    each.kind: each
    for each in (
        entry("promise", payload={"due_on": "2026-10-20", "amount": "900.00"}),
        entry("dispute", payload={"dispute_reason": "quality"}),
        entry("confirm_profile", "D1", {"profile": "bad_faith"}, subject_type="debtor"),
        entry("postpone", payload={"until_on": "2026-10-15"}),
        entry("override", payload={"action": "wait"}, reason="calme"),
        entry("sent", payload={"channel": "email", "stage": "reminder", "recommendation_id": "R"}),
        entry("refuse_suit", "C3", reason="client"),
        entry("answer", payload={"question": "lettered_outside_file", "answer": "oui"}),
    )
}
LATER = {
    "promises": "promise_id,claim_id,made_on,due_on,amount\nP1,C1,2026-10-02,2026-10-09,900\n",
    "disputes": "dispute_id,claim_id,opened_on,reason\nX1,C1,2026-10-02,price\n",
    "profile_labels": "debtor_id,profile,labelled_on,labelled_by\nD1,disorganised,2026-10-02,Ana\n",
    "actions": "action_id,claim_id,at,channel,stage,recommendation_id\n"
    "A1,C1,2026-10-02T08:00:00,email,reminder,\nA2,C1,2026-10-02T08:05:00,letter,reminder,R\n",
    "legal_steps": "step_id,claim_id,procedure,step,on\nL1,C3,payment_order,filed,2026-10-02\n",
    "claims": "claim_id,debtor_id,amount,closed_on,closed_as\nC1,D1,900.00,2026-10-02,paid\n",
}
AGAINST = {
    "promise": ("promises", "P1"),
    "dispute": ("disputes", "X1"),
    "confirm_profile": ("profile_labels", "D1|Ana"),
    "postpone": ("actions", "A1"),
    "override": ("actions", "A1"),
    "sent": ("actions", "A2"),
    "refuse_suit": ("legal_steps", "L1"),
    "answer": ("claims", "C1"),
}


def test_a_later_row_that_says_otherwise_is_reported_and_counts(home, tmp_path):
    record(home, *DECIDED.values())
    import_sources(home, [ledger(tmp_path / "later", LATER)], imported_at=NOW, strict=True)

    told = CliRunner().invoke(
        app, ["run", "--as-of", "2026-10-02", "--home", str(home.path)], catch_exceptions=False
    )

    assert told.exit_code == 0
    found = core(
        home,
        "select kind, entry_id, decided_on, table_name, row_key, row_on from core.contradictions",
    )
    assert sorted(found) == sorted(
        (kind, DECIDED[kind].entry_id, DAY, table, key, NEXT_DAY)
        for kind, (table, key) in AGAINST.items()
    )
    assert core(home, "select count(*) from core.decisions") == [(0,)]
    printed = " ".join(told.output.split())
    for kind, (table, key) in AGAINST.items():
        decided = DECIDED[kind]
        assert (
            f"The {kind} of 2026-10-01 on {decided.subject_id} (journal entry {decided.entry_id})"
            f" no longer stands: contradicted by {table} {key} of 2026-10-02." in printed
        )


def test_rows_that_agree_or_come_before_contradict_nothing(home, tmp_path):
    record(
        home,
        entry("promise", payload={"due_on": "2026-10-20", "amount": "900.00"}),
        entry("dispute", "C2", {"dispute_reason": "price"}),
        entry("postpone", "C2", {"until_on": "2026-10-02"}),
    )
    rows = {
        "promises": "promise_id,claim_id,made_on,due_on,amount\n"
        "P0,C1,2026-09-20,2026-09-25,900\nP1,C1,2026-10-02,2026-10-20,900\n",
        "disputes": "dispute_id,claim_id,opened_on,reason\nX1,C2,2026-10-02,price\n",
        "actions": "action_id,claim_id,at,channel,stage\n"
        "A9,C2,2026-10-02T08:00:00,email,last_attempt\n",
    }
    import_sources(home, [ledger(tmp_path / "later", rows)], imported_at=NOW, strict=True)

    assert run(home).contradictions == []
    # One promise, not the same one twice.
    running = "select promise_id from core.promises where claim_id = 'C1' and status = 'running'"
    assert core(home, running) == [("P1",)]


def test_every_kind_of_the_contract_is_tested_here():
    text = Path(__file__).read_text(encoding="utf-8")

    assert [kind for kind in codes("journal_kind") if f'"{kind}"' not in text] == []


def _standing(home):
    journal = Journal(home.journal_url)
    standing = journal.standing(as_of=date(2100, 1, 1))
    journal.close()
    return standing
