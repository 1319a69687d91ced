"""Letters of instruction: what is asked, to the cent, of whom; what is refused, in one line."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from data_schema import codes
from letters.errors import LetterError, MissingFact, NotWritten
from letters.facts import Party
from letters.instructions.letter import FOLDER, instruction, instruction_pdf
from letters.instructions.mandate import MISSIONS, Decision, Exhibit, Mandate, Owed
from letters.instructions.words import say

GOLDEN = Path(__file__).parent / "golden_instructions"
HOSTILE = "# SARL {{ 7*7 }} <b>$x$</b>\r\n- Rouvier"
CREDITOR = Party("K", "Atelier Vasseur", "company", "552100554", "4 quai du Canal", "44000",
                 "Nantes", email="compta@vasseur.example")  # fmt: skip
DEBTOR = Party("D1", "Menuiserie Faure", "company", "732829320", "2 rue du Four", "49000", "Angers")
MANDATE = Mandate(
    partner=Party("P1", "Cabinet Brinovval", address="1 rue Haute", postcode="49000",
                  city="Angers"),
    kind="lawyer",
    course="merits",
    creditor=CREDITOR,
    debtor=DEBTOR,
    reference="K|D1",
    as_of=date(2026, 10, 1),
    reply_by=date(2026, 10, 9),
    language="fr",
    claims=(
        Owed("F-001", date(2025, 9, 1), date(2025, 10, 1), "EUR", Decimal("8500.00"),
             Decimal("1015.47"), indemnity=Decimal("40.00")),
        Owed("F-002", date(2025, 10, 1), date(2025, 11, 1), "EUR", Decimal("4000.10"),
             Decimal("441.11"), indemnity=Decimal("40.00"), disputed=Decimal("500.00")),
    ),
    court="tribunal de commerce du siège du débiteur (code postal 49000)",
    fixed_fee=Decimal("800.00"),
    success_rate=Decimal("0.08"),
    exhibits=(
        Exhibit(1, "order", date(2025, 8, 20), "F-001"), Exhibit(2, "invoice", None, "F-002"),
    ),
    missing=("delivery_note", "order"),
    missing_of={"order": ("F-002",)},
    tasks=("gather_documents",),
    notice_on=date(2026, 6, 4),
    limitation_on=date(2030, 10, 1),
)  # fmt: skip
ONE = {"claims": MANDATE.claims[:1], "exhibits": (), "missing": (), "missing_of": {}, "tasks": ()}
OFFICER = {"kind": "enforcement_officer", "partner": Party("P2", "Étude Tralanmire")}
LETTERS = {
    "lawyer": {},
    "lawyer_for_another": {
        "collects_for_others": True, "represented_by": "Me Y", "notice_on": None,
        "agency": Party("agency", "Recouvrement Loire", "company", "552100554", "3 rue Basse",
                        "44000", "Nantes", phone="02 00 00 00 00"),
    },
    "officer_enforces": OFFICER | {
        "course": "enforcement", "title_on": date(2026, 4, 27), "unnoticed": ("F-002",),
        "decisions": (
            Decision("payment_order", date(2026, 3, 16), date(2026, 4, 27), Decimal("8000.00"),
                     ("F-001",)),
            Decision("merits", date(2026, 9, 1), None, None, ("F-002",)),
        ),
    },
    "officer_serves_order": OFFICER | ONE | {
        "course": "payment_order", "order_on": date(2026, 9, 14),
    },
    "officer_serves_title": OFFICER | ONE | {"course": "tj_request", "title_on": date(2026, 9, 1)},
    "officer_summons": OFFICER | ONE | {"course": "merits"},
    "officer_small_claim": OFFICER | ONE | {
        "course": "small_claim", "debtor": replace(DEBTOR, kind="consumer", siren=None),
    },
    "officer_cheque": OFFICER | ONE | {"course": "cheque_certificate"},
    "officer_uncontested": OFFICER | ONE | {"course": "uncontested_commercial"},
    "agency": {"kind": "agency", "course": "agency", "fixed_fee": Decimal("25.00")},
    "officer_collects": OFFICER | ONE | {"course": "agency", "fixed_fee": None},
    "mediator": {"kind": "mediator", "success_rate": None, "attempt_on": date(2026, 7, 1)},
}  # fmt: skip


def written(**changes):
    return instruction(replace(MANDATE, **changes))


def text_of(content):
    pages = PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split()).replace("\xa0", " ")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", sorted(LETTERS))
def test_each_letter_is_the_one_that_a_person_reviewed(name, language):
    made = written(**LETTERS[name] | {"language": language})

    golden = (GOLDEN / language / f"{name}.txt").read_text(encoding="utf-8")
    assert f"{made.subject}\n\n{made.text}" == golden


def test_each_procedure_has_a_word_for_what_it_ends_in():
    for procedure in codes("procedure"):
        assert all(say("decided", procedure, language) for language in ("fr", "en"))


def test_every_mission_and_kind_has_a_golden_letter_and_no_golden_is_an_orphan():
    missions = {replace(MANDATE, **changes).mission for changes in LETTERS.values()}

    assert missions == {*MISSIONS.values(), "lawyer", "collect", "mediator"}
    assert {path.stem for path in GOLDEN.rglob("*.txt")} == set(LETTERS)


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.md")), ids=lambda path: path.stem)
def test_a_template_holds_words_only_and_has_its_twin(path):
    words = re.sub(r"\{[{%].*?[%}]\}", "", path.read_text(encoding="utf-8"))
    other = "en" if path.relative_to(FOLDER).parts[0] == "fr" else "fr"
    twin = FOLDER.joinpath(other, *path.relative_to(FOLDER).parts[1:])

    assert re.findall(r"\d|%|€", words) == []
    assert not re.search(r"profil|mauvaise foi|bad faith|score", words.lower())
    assert twin.exists()


def test_amounts_are_to_the_cent_and_the_disputed_part_is_not_given_to_a_collector():
    lawyer, agency = written(), written(**LETTERS["agency"])

    assert lawyer.total == "Total : 14\u00a0036,68\u00a0€"
    assert "conteste 500,00" in lawyer.text.replace("\u00a0", " ")
    # 8,500.00 + 1,015.47 + 40.00 and, of the disputed invoice, 4,000.10 - 500.00.
    assert "recouvrement amiable de 13 055,57 €" in agency.text.replace("\u00a0", " ")


def test_the_paper_carries_the_letter_and_the_same_facts_give_the_same_bytes():
    made = written()
    content = instruction_pdf(made)

    told = text_of(content)
    for part in ("Cabinet Brinovval", "1 rue Haute", "14 036,68 €", "bon de commande", "F-002",
                 "9 octobre 2026", "nom, qualité et signature"):  # fmt: skip
        assert part in told
    assert content == instruction_pdf(written())


def test_hostile_names_and_many_invoices_are_set_as_they_stand():
    many = tuple(
        Owed(f"F-{n:04}", None, None, "EUR" if n % 2 else "USD", Decimal("0.01"))
        for n in range(300)
    )
    made = written(debtor=replace(DEBTOR, name=HOSTILE), partner=Party("P", HOSTILE), claims=many)

    assert "{{ 7*7 }} <b>$x$</b> - Rouvier" in made.subject
    assert "1,50\u00a0$ et 1,50\u00a0€" in made.total
    assert "{{ 7*7 }}" in text_of(instruction_pdf(made))


@pytest.mark.parametrize(
    ("refused", "changes", "says"),
    [
        (NotWritten, {"is_insolvent": True}, "procédure collective"),
        (NotWritten, {"is_barred": True}, "prescrite"),
        (NotWritten, {"claims": ()}, "plus rien"),
        (NotWritten, LETTERS["agency"] | {"do_not_contact": True}, "contacté"),
        (NotWritten, LETTERS["agency"] | {"represented_by": "Me Y"}, "représenté"),
        (
            NotWritten,
            LETTERS["agency"]
            | {"claims": (replace(MANDATE.claims[1], disputed=Decimal("4000.10")),)},
            "contesté",
        ),
        (MissingFact, LETTERS["officer_serves_order"] | {"order_on": None}, "ordonnance"),
        (
            MissingFact,
            LETTERS["officer_serves_order"] | {"served_on": date(2026, 9, 20)},
            "déjà signifiée",
        ),
        (MissingFact, LETTERS["officer_enforces"] | {"title_on": None}, "titre"),
        (MissingFact, {"partner": Party("P9", None)}, "partners"),
        (MissingFact, {"debtor": replace(DEBTOR, address=None)}, "debtors"),
        (MissingFact, {"creditor": replace(CREDITOR, city=None)}, "creditors"),
        (MissingFact, {"collects_for_others": True}, "agency_name"),
    ],
)  # fmt: skip
def test_a_letter_is_refused_in_one_line_that_says_what_misses(refused, changes, says):
    with pytest.raises(refused, match=says) as raised:
        written(**changes)

    assert isinstance(raised.value, LetterError)
    assert "\n" not in str(raised.value)


def test_an_execution_is_asked_for_whatever_the_age_of_the_invoice():
    assert written(**LETTERS["officer_enforces"] | {"is_barred": True}).mandate.mission == "enforce"
    assert say("greeting", "lawyer", "en").startswith("Dear")
