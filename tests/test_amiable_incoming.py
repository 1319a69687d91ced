"""A message proposes, a person confirms, the next run knows, an undo takes it back."""

import json
import shutil
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest
from typer.testing import CliRunner

from amiable.cli import app
from amiable.errors import AmiableError
from amiable.home import Home
from amiable.imports import import_sources
from amiable.incoming import Decision, confirm, dismiss, paste, shared, spread, undo, waiting
from amiable.logs import Steps
from amiable.runs import run_day
from models.messages.proposal import Dispute, Promise
from pipelines.journal import Journal
from pipelines.publication import published

DAY, NEXT_DAY = date(2026, 11, 25), date(2026, 11, 26)
AT = datetime(2026, 11, 25, 9, 0)
NOW = datetime(2026, 11, 26, 8, 0)
LEDGER = {
    "debtors": """debtor_id,name,kind,siren,email,email_consent,phone
D1,Boulangerie Morel,company,732829320,compta@morel.example,true,0240000001
""",
    "claims": """claim_id,debtor_id,invoice_number,issued_on,due_on,amount
C1,D1,FA2026-0117,2026-06-01,2026-07-01,900.00
C3,D1,FA2026-0118,2026-06-11,2026-07-11,100.00
""",
}
TEXT = "De : Compta <compta@morel.example>\nObjet : FA2026-0117\n\n"


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("messages")
    (folder / "ledger").mkdir()
    for name, rows in LEDGER.items():
        (folder / "ledger" / f"{name}.csv").write_text(rows, encoding="utf-8")
    home = Home.at(folder / "home", make=True)
    import_sources(home, [folder / "ledger"], imported_at=NOW, strict=True)
    run_day(home, DAY, started_at=NOW, steps=Steps())
    return home


@pytest.fixture
def home(ran, tmp_path):
    shutil.copytree(ran.path, tmp_path / "home", symlinks=True)
    return Home.at(tmp_path / "home")


@pytest.fixture
def journal(home):
    opened = Journal(home.journal_url)
    yield opened
    opened.close()


def received(home, text):
    paste(home, TEXT + text, received_at=datetime(2026, 11, 24, 12), sender="", now=NOW)
    (one,) = [w for w in waiting(home) if text[:20] in w.message.text]
    return one


def confirmed(journal, one, claims, **decision):
    made = one.proposal
    told = {"promise": made.promise, "dispute": made.dispute, **decision}
    return confirm(
        journal,
        one.message,
        Decision(made.outcome, claims, note="« mots »", **told),
        actor="Zoé",
        at=AT,
        as_of=DAY,
    )


def asked(home, query):
    run_day(home, NEXT_DAY, started_at=NOW, steps=Steps())
    with duckdb.connect(str(published(home.path)), read_only=True) as con:
        return con.execute(query).fetchall()


def test_nothing_is_written_before_a_person_confirms(home, journal):
    one = received(home, "Je vous fais le virement vendredi.")

    assert (one.state, one.message.claim_ids) == ("to_confirm", ("C1",))
    assert journal.entries() == []


def test_a_confirmed_promise_is_a_fact_of_the_next_run(home, journal):
    one = received(home, "Je vous fais le virement vendredi.")
    entries = confirmed(journal, one, {"C1": Decimal("900.00")})

    assert [entry.kind for entry in entries] == ["outcome", "promise"]
    assert {entry.payload["message_id"] for entry in entries} == {one.message.message_id}
    rows = asked(home, "select claim_id, due_on, amount, status from core.promises")
    assert rows == [("C1", date(2026, 11, 27), Decimal("900.00"), "running")]
    assert waiting(home)[0].state == "done"


@pytest.mark.parametrize(
    ("subject", "text", "outcome"),
    [
        ("Re: facture FA2026-0117", "We will pay invoice FA2026-0117 on 10 December.", "promise"),
        ("Facture FA2026-0117", "C'est parti hier par virement.", "paid_claim"),
        ("Re: litige sur la facture FA2026-0117", "Je règle la facture vendredi.", "promise"),
        ("Demande de duplicata FA2026-0117", "Merci d'avance.", "missing_document"),
    ],
)
def test_a_subject_speaks_only_where_the_text_says_nothing(home, subject, text, outcome):
    mail = f"De : compta@morel.example\nObjet : {subject}\n\n{text}"
    paste(home, mail, received_at=datetime(2026, 11, 24, 12), sender="", now=NOW)

    (one,) = waiting(home)
    assert (one.message.subject, one.proposal.outcome) == (subject, outcome)


def test_a_confirmed_dispute_freezes_its_part_and_the_rest_stays_promised(home, journal):
    text = "Votre four est en panne, je conteste 320 €. Je réglerai le reste vendredi."
    one = received(home, text)
    confirmed(journal, one, {"C1": Decimal("900.00")})

    rows = asked(
        home,
        "select d.reason, d.amount, d.grievance, p.amount from core.disputes d"
        " join core.promises p using (claim_id)",
    )
    ((reason, disputed, grievance, promised),) = rows
    assert (reason, disputed, promised) == ("quality", Decimal("320.00"), Decimal("580.00"))
    assert "en panne" in grievance


def test_undo_takes_back_all_that_was_made_of_a_message(home, journal):
    one = received(home, "Je vous fais le virement vendredi.")
    confirmed(journal, one, {"C1": Decimal("900.00")})

    assert undo(journal, one.message.message_id, actor="Zoé", at=AT, as_of=DAY) == 2
    assert waiting(home)[0].state == "to_confirm"
    assert asked(home, "select count(*) from core.promises") == [(0,)]
    confirmed(journal, one, {"C1": Decimal("900.00")}, promise=None)


def test_a_message_is_dealt_with_once(home, journal):
    one = received(home, "Je vous fais le virement vendredi.")
    confirmed(journal, one, {"C1": Decimal("900.00")})

    with pytest.raises(AmiableError, match="Zoé"):
        dismiss(journal, one.message, actor="Ali", at=AT, as_of=DAY)


def test_nothing_to_do_is_kept_and_changes_no_fact(home, journal):
    one = received(home, "Merci et bonne journée.")
    dismiss(journal, one.message, actor="Zoé", at=AT, as_of=DAY)

    assert waiting(home)[0].state == "done"
    assert asked(home, "select count(*) from core.interactions") == [(0,)]


def test_a_decision_needs_a_name_and_a_claim(home, journal):
    one = received(home, "Je vous fais le virement vendredi.")

    with pytest.raises(AmiableError, match="claim"):
        confirmed(journal, one, {})
    with pytest.raises(AmiableError, match="name"):
        dismiss(journal, one.message, actor=" ", at=AT, as_of=DAY)


def test_a_person_corrects_before_it_is_written(home, journal):
    one = received(home, "Je vous fais le virement vendredi.")
    entries = confirmed(
        journal,
        one,
        {"C1": Decimal("900.00"), "C3": Decimal("100.00")},
        promise=Promise(date(2026, 12, 4), Decimal("950")),
        dispute=Dispute("price", None, "trop cher"),
    )

    told = {(e.kind, e.subject_id): e.payload.get("amount") for e in entries}
    assert told == {
        ("outcome", "C1"): None, ("outcome", "C3"): None,
        ("promise", "C1"): "900.00", ("promise", "C3"): "50.00",
        ("dispute", "C1"): None, ("dispute", "C3"): None,
    }  # fmt: skip


def test_what_a_person_writes_is_masked_too(home, journal):
    one = received(home, "Je vous fais le virement vendredi.")
    decision = Decision("promise", {"C1": Decimal(900)}, note="dit avoir un cancer")
    (entry,) = confirm(journal, one.message, decision, actor="Zoé", at=AT, as_of=DAY)

    assert entry.payload["note"] == "dit avoir un [masqué]"


def test_amounts_are_spread_to_the_cent():
    claims = {"A": Decimal("33.33"), "B": Decimal("10.00")}

    assert spread(Decimal("40"), claims) == {"A": Decimal("33.33"), "B": Decimal("6.67")}
    assert spread(Decimal("50"), claims) == {"A": Decimal("33.33"), "B": Decimal("16.67")}
    half = Promise(DAY, None, Decimal("0.5"))
    assert shared(half, claims) == {"A": Decimal("16.67"), "B": Decimal("5.00")}


def test_the_command_lists_proposals_for_people_and_programs(home):
    received(home, "Je vous fais le virement vendredi.")
    result = CliRunner().invoke(app, ["messages", "--home", str(home.path), "--json"])

    assert result.exit_code == 0
    assert "to_confirm | 2026-11-24 | compta@morel.example | D1 | C1 | promise" in result.stdout
    told = json.loads(result.stdout.splitlines()[-1])
    assert told["counts"]["to_confirm"] == 1
    assert told["messages"][0]["promise"]["due_on"] == "2026-11-27"


def test_an_empty_home_has_no_message(tmp_path):
    result = CliRunner().invoke(app, ["messages", "--home", str(tmp_path / "new")])

    assert result.exit_code == 0
    assert "No message" in result.stdout
