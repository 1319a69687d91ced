"""Messages: what they state, what they refuse, and how they leave nothing to a stranger's hand."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from data_schema import codes
from letters import batch, mail
from letters.bilan import AGES, GAPS, TO_DO, say
from letters.blocks import parsed
from letters.disputes import apart, sheet
from letters.editing import edited, stops
from letters.errors import MissingFact, NotWritten
from letters.facts import ANSWERS, WRITTEN, Claim, Dispute, Paper, Party, Request
from letters.ladders import languages, rungs
from letters.letter import letters_pdf
from letters.render import TEMPLATES, message
from letters.script import SPOKEN, script
from letters.tone.reading import FLOOR, reading
from letters.writing import word
from models.profile.rules import rules
from models.strategy.tables import ladder

GOLDEN = Path(__file__).parent / "golden"
DAY = date(2026, 11, 20)
CREDITOR = Party(
    "K",
    "Orvanel Matériaux SAS",
    "company",
    "556158019",
    "14 rue des Tilleuls",
    "69007",
    "Lyon",
    email="compta@orvanel.example",
    phone="04 65 71 00 14",
    iban="FR7612345987650123456789014",
)
DEBTOR = Party(
    "D", "Vezabloy Mécanique SARL", "company", "769105703", "3 rue du Moulin", "49470", "Tralvert"
)
OLD = Claim(
    "C1",
    "FA2026-0001",
    date(2026, 5, 4),
    date(2026, 6, 3),
    "stated",
    "EUR",
    Decimal("1200.00"),
    Decimal("1200.00"),
    penalties=Decimal("66.12"),
    indemnity=Decimal("40.00"),
    days_overdue=170,
)
NEW = replace(
    OLD,
    claim_id="C2",
    invoice_number="FA2026-0002",
    issued_on=date(2026, 8, 4),
    due_on=date(2026, 9, 3),
    open_amount=Decimal("3480.50"),
    asked=Decimal("3480.50"),
    penalties=Decimal("92.10"),
    days_overdue=78,
)
PERSON = replace(DEBTOR, name="Jules Durand", kind="consumer", siren=None)
CONSUMER_CLAIM = replace(OLD, penalties=Decimal(0), indemnity=Decimal(0))
AGENCY = Party(
    "agency", "Sornelval SAS", "company", None, "8 place du Marché", "35000", "Rennes",
    email="dossiers@sornelval.example",
)  # fmt: skip
NOTICE = {
    "action": "formal_notice",
    "stage": "formal_notice",
    "tone": "formal",
    "channel": "registered_letter",
}


def request(**changes):
    told = {
        "action": "remind",
        "stage": "reminder",
        "tone": "courteous",
        "channel": "email",
        "language": "fr",
        "as_of": DAY,
        "creditor": CREDITOR,
        "debtor": DEBTOR,
        "claims": (OLD, NEW),
        "email": "contact@vezabloy.example",
        "phone": "06 39 98 95 68",
        "last_contact_on": date(2026, 11, 2),
    }
    return Request(**{**told, **changes})


FOR_OTHERS = {"collects_for_others": True, "agency": AGENCY}
LATER = {**FOR_OTHERS, "first_letter_on": date(2026, 9, 14)}
STAGES = ("reminder", "firm_reminder", "formal_notice", "last_attempt")
CONSUMER = {"debtor": PERSON, "claims": (CONSUMER_CLAIM,), "person_signs": True}
NOTIFIED = tuple(replace(claim, notified_on=date(2026, 10, 1)) for claim in (OLD, NEW))
DISPUTED = (replace(OLD, disputed=Decimal(1200), disputed_on=date(2026, 11, 5), asked=Decimal(0)),)
SAID = "Trois cartons manquaient ; vous nous menacez de prison ! {{ total }} - fin"
UNFOUNDED = (
    Dispute("C1", date(2026, 11, 5), "quantity", Decimal(200), SAID, True, False),
    Dispute("C2", date(2026, 11, 6), "price", None, None, False, False),
)
FOUNDED = tuple(replace(each, founded=True) for each in UNFOUNDED)
AGAINST = {
    "claims": (*DISPUTED, replace(NEW, disputed=Decimal("3480.50"), disputed_on=date(2026, 11, 6))),
    "papers": (
        Paper("C1", "delivery_note", date(2026, 5, 2)),
        Paper("C1", "order", None),
        Paper("C2", "quote", date(2026, 7, 1)),
    ),
}
ASKED = "Quelle date de règlement pouvez-vous confirmer par écrit ?"
PLAN = ((date(2026, 12, 5), Decimal("1560.17")), (date(2027, 1, 5), Decimal("3120.33")))
#: Each letter of the ladder in each of its tones; then whom and for whom else it may be written.
LADDER = {
    f"{stage}_{tone}": {
        "action": "formal_notice" if stage == "formal_notice" else "remind",
        "stage": stage,
        "tone": tone,
        "channel": rungs()[stage].channels[0],
        "claims": NOTIFIED if stage == "last_attempt" else (OLD, NEW),
    }
    for stage in STAGES
    for tone in rungs()[stage].tones
} | {
    f"{stage}_sms": {"stage": stage, "tone": rungs()[stage].asked, "channel": "sms"}
    for stage in STAGES
    if "sms" in rungs()[stage].channels
}
LETTERS = LADDER | {
    "reminder_question": {"question": ASKED, "tone": "helpful"},
    "reminder_promise_broken": {"promise_on": date(2026, 11, 9), "claims": (OLD,)},
    "firm_reminder_promise_broken": {
        "stage": "firm_reminder",
        "tone": "firm",
        "promise_on": date(2026, 11, 9),
        "question": ASKED,
    },
    "reminder_consumer": CONSUMER,
    "reminder_agency": FOR_OTHERS,
    "firm_reminder_agency_sms": {
        **LATER,
        "stage": "firm_reminder",
        "tone": "firm",
        "channel": "sms",
    },
    "formal_notice_consumer": {
        **NOTICE,
        **CONSUMER,
        "mediator": "Médiation Tralvert, 2 place Haute, 49000 Angers",
    },
    "formal_notice_agency": {**NOTICE, **LATER},
    "formal_notice_paid_in_part": {
        **NOTICE,
        "claims": (replace(OLD, invoiced=Decimal(2000), asked=Decimal(1200)), NEW),
    },
    "resend_documents": {"action": "resend_documents", "tone": "helpful"},
    "offer_plan": {"action": "offer_plan", "plan": PLAN},
    "find_contact": {"action": "find_contact"},
    "find_contact_consumer": {"action": "find_contact", **CONSUMER},
    "ask_written_dispute": {"action": "ask_written_dispute", "claims": DISPUTED},
    "resolve_dispute": {"action": "resolve_dispute", "claims": DISPUTED},
    "answer_dispute": {"action": "answer_dispute", **AGAINST, "disputes": UNFOUNDED},
    "repair_dispute": {"action": "resolve_dispute", **AGAINST, "disputes": FOUNDED},
}
CALLS = {
    **{
        f"phone_{stage}_{tone}": {
            "action": "call", "channel": "phone", "stage": stage, "tone": tone, "question": ASKED,
            "claims": NOTIFIED if stage == "last_attempt" else (OLD, NEW),
        }
        for stage in STAGES
        if stage != "formal_notice"
        for tone in rungs()[stage].tones
    },
    "phone_promise_broken": {"action": "call", "channel": "phone", "promise_on": date(2026, 11, 9)},
    "phone_consumer": {"action": "call", "channel": "phone", **CONSUMER},
    "phone_agency": {"action": "call", "channel": "phone", **LATER, "contact_name": "Léa Morel"},
    "phone_offer_plan": {"action": "offer_plan", "channel": "phone", "plan": PLAN},
    "phone_find_contact": {"action": "find_contact", "channel": "phone"},
    "phone_find_contact_consumer": {"action": "find_contact", "channel": "phone", **CONSUMER},
    "visit": {
        "action": "visit", "channel": "visit", "stage": "last_attempt", "tone": "formal",
        "claims": NOTIFIED,
    },
}  # fmt: skip
LETTERS = {**LETTERS, **CALLS}


def told(**changes):
    wanted = request(**changes)
    if wanted.question == ASKED and wanted.language == "en":
        wanted = replace(wanted, question="Which day of payment can you confirm in writing?")
    return script(wanted) if wanted.channel in SPOKEN else message(wanted)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", LETTERS)
def test_the_text_is_the_one_that_a_person_reviewed(name, language):
    made = told(**{**LETTERS[name], "language": language})

    golden = (GOLDEN / language / f"{name}.txt").read_text(encoding="utf-8")
    assert f"{made.subject}\n\n{made.text}" == golden


def test_every_letter_that_the_strategy_advises_has_its_text():
    advised = {
        (stage, tone, channel)
        for stage, told in ladder()["stages"].items()
        for tone in told["tone"]
        for channel in told["channels"]
        if channel in WRITTEN
    }

    for stage, tone, channel in advised:
        assert channel in rungs()[stage].channels
        assert tone in rungs()[stage].tones
    assert set(ladder()["answers"]) & ANSWERS <= set(rungs())
    reviewed = {path.stem for path in GOLDEN.rglob("*.txt")}
    assert reviewed == set(LETTERS)
    assert {f"{stage}_{tone}" for stage, tone, _ in advised} <= reviewed
    spoken = {
        f"phone_{stage}_{tone}"
        for stage, each in ladder()["stages"].items()
        for tone in each["tone"]
        if "phone" in each["channels"]
    }
    assert spoken <= reviewed


#: Signs of the SMS alphabet (3GPP TS 23.038), without those of other scripts; € takes two.
SMS_ALPHABET = set(
    " !\"#%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
    "£$¥èéùìòÇØøÅåÆæßÉÄÖÑÜ§äöñüà@€\n"
)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("stage", ["reminder", "firm_reminder"])
def test_a_text_message_fits_in_one_and_holds_no_sign_that_would_double_its_price(stage, language):
    for claims in ((OLD,), (OLD, NEW)):
        text = message(
            request(stage=stage, channel="sms", tone="firm", language=language, claims=claims)
        ).text.strip()

        assert set(text) <= SMS_ALPHABET
        assert len(text) + text.count("€") <= 160
        assert text.count("?") <= 1


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("n", [1, 2, 6, 7])
def test_every_letter_and_script_is_written_of_one_invoice_and_of_many(n, language):
    many = re.compile("these invoices|following invoices|ces factures|factures suivantes")
    one = re.compile("this invoice|following invoice |cette facture|la facture suivante")
    for name, changes in LETTERS.items():
        claims = changes.get("claims", (OLD,))
        copies = [
            replace(claims[0], claim_id=f"C{k}", invoice_number=f"F-{k:04d}") for k in range(n)
        ]
        about = {"claims": tuple(copies), "language": language}
        if "disputes" in changes:
            first = changes["disputes"][0]
            about["disputes"] = [replace(first, claim_id=each.claim_id) for each in copies]
            about["papers"] = [Paper(c.claim_id, "quote", DAY) for c in copies]
        text = told(**{**changes, **about}).text

        assert not (one if n > 1 else many).search(text), name
        assert "1 autres" not in text
        assert "and 1 more" not in text
        assert "  " not in text


def test_a_written_reminder_asks_the_one_question_once_and_differs_with_it():
    first = message(request(question=ASKED)).text

    assert first.count("?") == 1
    assert ASKED in first
    assert "?" not in message(request()).text
    assert ASKED not in message(request(**NOTICE, question=ASKED)).text


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("asked", rules().questions, ids=lambda each: each.name)
def test_every_question_may_be_asked_of_a_firm_and_of_a_person(asked, language):
    for told_of in ({}, CONSUMER):
        question = asked.words(language, person=bool(told_of))
        for stage in ("reminder", "firm_reminder"):
            made = message(request(stage=stage, language=language, question=question, **told_of))
            _, found = edited(made, made.subject, made.text)

            assert made.text.count(question) == made.text.count("?") == 1
            assert found == []
            assert not told_of or "chez vous" not in made.text


def test_each_tone_of_a_reminder_has_words_of_its_own():
    bodies = {
        tone: told(**{**LETTERS[f"reminder_{tone}"], "claims": (CONSUMER_CLAIM,)}).text.rsplit(
            "Pour toute question", 1
        )[0]
        for tone in ("helpful", "courteous", "firm")
    }

    assert len(set(bodies.values())) == 3


def test_a_tone_never_falls_below_what_a_stage_asks():
    soft = message(request(**{**LETTERS["firm_reminder_courteous"], "tone": "helpful"}))
    notice = message(request(**{**NOTICE, "tone": "courteous"}))

    assert soft.request.tone == "courteous"
    assert notice.text == message(request(**NOTICE)).text


def test_every_text_has_its_twin_and_every_rung_a_text():
    files = {
        language: {
            str(path.relative_to(TEMPLATES / language))
            for path in (TEMPLATES / language).rglob("*.md")
        }
        for language in languages()
    }

    assert files["fr"] == files["en"]
    assert {f"{each.template}.md" for each in rungs().values()} <= files["fr"]
    assert set(rungs()) >= ANSWERS
    for changes in LETTERS.values():
        assert "facture" not in told(**{**changes, "language": "en"}).text


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.md")), ids=lambda path: path.stem)
def test_a_template_holds_words_only(path):
    words = re.sub(r"\{[{%].*?[%}]\}", "", path.read_text(encoding="utf-8"))

    assert re.findall(r"\d|%|€", words) == []
    assert "profil" not in words.lower()


def test_every_kind_of_claim_has_an_origin_in_words():
    for nature in codes("claim_nature"):
        assert word("origin", nature, "fr")


def test_a_formal_notice_carries_every_mention():
    made = message(request(**NOTICE))

    for mention in (
        "Orvanel Matériaux SAS (SIREN 556158019), créancier",
        "Vezabloy Mécanique SARL (SIREN 769105703), débiteur",
        "FA2026-0001",
        "04/05/2026",
        "03/06/2026",
        "contrat conclu avec vous",
        "12,15 % puis 12,4 %",
        "L. 441-10",
        "158,22",
        "80,00",
        "4 918,72",
        "mettons en demeure",
        "8 jours à compter de la réception",
        "1344 du Code civil",
        "médiation",
        "juridiction compétente",
    ):
        assert mention in made.text.replace("\u00a0", " "), mention


def test_penalties_and_indemnity_are_asked_only_where_the_day_has_them():
    text = message(request(**{**NOTICE, **CONSUMER})).text

    for unlawful in ("pénalité", "indemnité", "441-10"):
        assert unlawful not in text.lower()
    assert "médiateur de la consommation" in text
    assert "taux légal" in text


def test_a_disputed_or_promised_part_is_not_asked_for_and_bears_nothing():
    part = replace(OLD, asked=Decimal("200.00"), disputed=Decimal("1000.00"))

    made = message(request(claims=(part, NEW)))

    assert "3 812,60" in made.text.replace("\u00a0", " ")
    assert "66,12" not in made.text
    with pytest.raises(NotWritten, match="rien à réclamer"):
        message(request(claims=DISPUTED))


def test_what_is_not_due_yet_is_not_chased():
    later = replace(NEW, days_overdue=-3)

    made = message(request(claims=(OLD, later)))

    assert "FA2026-0002" not in made.text


def test_sums_in_two_currencies_are_never_added():
    franc = replace(NEW, currency="CHF", penalties=Decimal(0), indemnity=Decimal(0))

    total = message(request(claims=(OLD, franc))).total.replace("\u00a0", " ")

    assert total == "1 306,12 € et 3 480,50 CHF"


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({**NOTICE, "creditor": replace(CREDITOR, siren=None)}, "siren"),
        ({**NOTICE, "creditor": replace(CREDITOR, address=None)}, "address"),
        ({**NOTICE, "debtor": replace(DEBTOR, address=None)}, "address"),
        ({**NOTICE, "debtor": replace(DEBTOR, city=None)}, "city"),
        ({**NOTICE, "claims": (replace(OLD, date_basis="assumed"),)}, "due_on"),
        ({**NOTICE, "claims": (replace(OLD, due_on=None, date_basis="unknown"),)}, "due_on"),
        ({"stage": "last_attempt", "channel": "letter"}, "notified_on"),
        ({"email": None}, "email"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "email"),
        ({"channel": "sms", "phone": None}, "phone"),
        ({"creditor": replace(CREDITOR, name=None)}, "name"),
        ({"collects_for_others": True}, "agency_name"),
        ({"action": "offer_plan"}, "échéancier"),
    ],
)
def test_a_missing_fact_refuses_in_one_line(changes, missing):
    with pytest.raises(MissingFact, match=missing) as refused:
        message(request(**changes))

    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"do_not_contact": True}, "ne pas contacter"),
        ({"represented_by": "Me X"}, "représenté"),
        ({"email_refused": True}, "e-mail refusé"),
        ({"channel": "sms", "sms_refused": True}, "SMS"),
        ({"in_insolvency": True}, "procédure collective"),
        ({**NOTICE, "channel": "email"}, "recommandé"),
        ({**NOTICE, "claims": (replace(OLD, time_barred=True),)}, "prescrite"),
        ({**FOR_OTHERS, "channel": "sms"}, "R124-4"),
        ({"channel": "phone"}, "pas de message"),
        ({"action": "third_party", "channel": "letter"}, "le tiers qui écrit"),
    ],
)
def test_what_the_law_or_the_debtor_forbids_is_not_written(changes, why):
    with pytest.raises(NotWritten, match=why):
        message(request(**changes))


@pytest.mark.parametrize("stage", ["reminder", "formal_notice", "last_attempt", "litigation"])
@pytest.mark.parametrize("channel", ["email", "letter"])
def test_an_answer_is_written_at_whatever_stage_the_debtor_stands(stage, channel):
    barred = replace(OLD, time_barred=True)
    for action in ("resend_documents", "offer_plan", "find_contact"):
        made = message(
            request(action=action, stage=stage, channel=channel, claims=(barred,), plan=PLAN)
        )

        assert "mise en demeure" not in made.text
    for name in ("ask_written_dispute", "answer_dispute", "resolve_dispute", "repair_dispute"):
        assert message(request(**{**LETTERS[name], "stage": stage, "channel": channel})).text


HOSTILE = '# [invoices]\r\nBcc: x@y.example\r\n- {{ total }} *a* <b> #set page() $x$ "=1+1\u202e'


def test_a_hostile_name_is_text_and_nothing_else():
    made = message(
        request(
            creditor=replace(CREDITOR, name=HOSTILE),
            debtor=replace(DEBTOR, name=HOSTILE),
            contact_name=HOSTILE,
            claims=(replace(OLD, invoice_number=HOSTILE), NEW),
        )
    )
    parsed = email.message_from_bytes(batch.eml(made), policy=email.policy.default)

    assert parsed["Bcc"] is None
    assert [block.text for block in made.blocks if block.kind == "table"] == ["invoices"]
    assert "{{ total }}" in made.text
    assert "\u202e" not in made.text
    assert letters_pdf([made]).startswith(b"%PDF")
    assert re.fullmatch(r"[A-Za-z0-9_.-]+", batch.file_name(made, 1, "eml"))


def test_a_draft_is_unsent_addressed_and_whole():
    made = message(request())
    parsed = email.message_from_bytes(batch.eml(made), policy=email.policy.default)

    assert (parsed["X-Unsent"], parsed["Date"]) == ("1", None)
    assert parsed["To"].addresses[0].addr_spec == "contact@vezabloy.example"
    assert parsed["From"].addresses[0].addr_spec == "compta@orvanel.example"
    assert parsed["Subject"] == made.subject
    assert parsed.get_content().replace("\r\n", "\n") == made.text
    unknown = message(request(creditor=replace(CREDITOR, email=None)))
    assert mail.PLACEHOLDER.encode() in batch.eml(unknown)


def test_a_link_carries_the_whole_text_or_none_of_it():
    short = message(request(channel="email", action="find_contact"))
    link, whole = mail.link("a@b.example", short.subject, short.text)
    asked = parse_qs(urlsplit(link).query, strict_parsing=True)

    assert whole
    assert asked["body"][0].splitlines() == short.text.splitlines()
    long, whole = mail.link("a@b.example", "Objet", "é" * 5000)
    assert (whole, "body" in long, len(long) < 2000) == (False, False, True)


def test_many_invoices_are_all_stated_and_the_archive_depends_on_its_content_alone():
    many = tuple(replace(OLD, claim_id=f"C{n}", invoice_number=f"F{n:04d}") for n in range(300))
    made = message(request(claims=many, channel="letter"))

    assert made.text.count("- Facture F") == 300
    first = batch.letters_zip([made], as_of=DAY)
    assert first == batch.letters_zip([made], as_of=DAY)


def test_what_a_person_must_sign_says_so_in_its_name_and_row():
    made = message(request(**{**NOTICE, **CONSUMER}))

    assert batch.file_name(made, 7, "pdf").startswith("A-SIGNER_0007_jules-durand")
    assert batch.merge_row(made)["to_sign"] == "à signer"
    again = message(request(action="resend_documents", claims=(OLD,)))
    assert batch.file_name(again, 1, "eml").endswith("_resend_documents.eml")
    asks_nothing = message(request(**LETTERS["ask_written_dispute"]))
    assert batch.merge_row(asks_nothing)["total"] is None


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", sorted(set(LETTERS) - set(CALLS)))
def test_every_letter_of_the_house_passes_with_no_advice_and_reads_well_enough(name, language):
    made = told(**{**LETTERS[name], "language": language})
    same, found = edited(made, made.subject, made.text)

    assert found == []
    assert (same.text, same.blocks) == (made.text, made.blocks)
    ease = reading(made.text, language).ease
    assert ease is None or ease > FLOOR


def test_a_letter_that_fails_is_refused_with_its_line(monkeypatch):
    plain = message(request())
    number = next(n for n, line in enumerate(plain.text.splitlines(), 1) if "remercions" in line)
    monkeypatch.setattr(
        "letters.render.parsed",
        lambda rendered: parsed(
            rendered.replace("Nous vous remercions", "Notre huissier saisira vos biens faute")
        ),
    )

    with pytest.raises(NotWritten, match=f"ligne {number}, « saisira biens »") as refused:
        message(request())

    assert "\n" not in str(refused.value)


def test_a_debtor_or_creditor_may_be_called_anything():
    creditor = replace(CREDITOR, name="Cabinet Prison & Tribunal SAS")
    debtor = replace(DEBTOR, name="Huissier Escroc SARL", city="Saisie-sur-Seine")

    made = message(request(**{**NOTICE, "creditor": creditor, "debtor": debtor}))

    assert "Huissier Escroc SARL" in made.text


@pytest.mark.parametrize(
    ("drop", "missing"),
    [
        ("mettons en demeure", "notice"),
        ("dans un délai de", "time"),
        ("À défaut de paiement", "outcome"),
        ("Si vous contestez", "answer"),
        ("virement", "means"),
        ("médiateur", "mediation"),
        ("données personnelles", "data"),
        ("Article L. 111-8", "costs_rule"),
    ],
)
def test_a_mention_that_an_edit_removes_stops_the_letter(drop, missing):
    changes = {**NOTICE, "debtor": PERSON, "person_signs": True,
               "claims": (replace(OLD, penalties=0 * OLD.penalties, indemnity=0 * OLD.indemnity),),
               "collects_for_others": True,
               "agency": replace(AGENCY, iban=CREDITOR.iban)}  # fmt: skip
    made = message(request(**changes))
    lines = [line for line in made.text.splitlines() if drop not in line]
    assert len(lines) < len(made.text.splitlines())

    _, found = edited(made, "Votre dette", "\n".join(lines))

    assert missing in {each.rule for each in found if not each.advice}


def test_an_edit_may_not_change_sums_nor_lose_the_invoice():
    made = message(request())
    text = made.text.replace("1\u00a0200,00\u00a0€", "1\u00a0500,00\u00a0€")

    _, found = edited(made, made.subject, text)
    assert any(
        each.rule == "sum" and "1 500,00" in each.words.replace("\xa0", " ") for each in found
    )

    _, found = edited(made, "Rappel", made.text.replace("FA2026-0002", "notre facture"))
    assert [each.rule for each in found if not each.advice] == ["fact"]


def test_an_edited_letter_keeps_its_table_and_shows_its_words_on_paper():
    made = message(request(channel="letter"))
    text = made.text.replace("Sauf erreur de notre part", "Comme convenu, sauf erreur")

    again, found = edited(made, made.subject + " \u202e", text)

    assert not stops(found)
    assert again.text == text
    assert "\u202e" not in again.subject
    assert [block.text for block in again.blocks if block.kind == "table"] == ["invoices"]
    assert letters_pdf([again]).startswith(b"%PDF")
    with pytest.raises(ValueError, match="subject"):
        edited(made, made.subject, "  ")


def test_every_line_of_the_bilan_has_its_words():
    for language in ("fr", "en"):
        for line in (*AGES, *TO_DO, *GAPS):
            assert say(line, language, "lines")
        for line in (*TO_DO, *GAPS):
            assert say(line, language, "says")


def test_a_grievance_that_no_paper_on_file_answers_is_asked_of_the_creditor_never_answered():
    wanted = request(action="answer_dispute", **{**AGAINST, "papers": ()}, disputes=UNFOUNDED)

    with pytest.raises(MissingFact, match=r"point 1 .*bon de livraison.*Orvanel Matériaux SAS"):
        message(wanted)
    with pytest.raises(NotWritten, match="aucune réclamation"):
        message(request(action="answer_dispute"))
    found = sheet(wanted)
    assert [each.missing for each in found.points] == [
        ("bon de livraison ou preuve de la prestation", "devis, commande ou contrat"),
        ("devis, commande ou contrat", "conditions générales acceptées"),
    ]


LISTED = """Nous contestons la facture :
1) Trois cartons manquaient.
2) Le prix (48 €) n'est pas celui du devis ; =cmd|' /C calc'!A0
3) <b>Deux vitres brisées</b>, vous irez en prison"""


def test_each_point_of_a_numbered_grievance_is_answered_by_its_own_papers():
    one = Dispute("C1", date(2026, 11, 5), "other", Decimal(200), LISTED, True, False)
    papers = tuple(Paper("C1", kind, DAY) for kind in ("quote", "delivery_note"))

    made = told(action="answer_dispute", claims=DISPUTED, disputes=(one,), papers=papers)
    found = sheet(made.request).points

    assert [each.dispute.reason for each in found] == ["quantity", "price", "quality"]
    assert [len(each.papers) for each in found] == [2, 1, 2]
    assert found[0].told.endswith(
        "« Nous contestons la facture : Trois cartons manquaient »"
        " (somme concernée pour l'ensemble de vos points : 200,00\u00a0€)"
    )
    assert "200,00" not in found[1].told
    assert "<b>Deux vitres brisées</b>" in made.text
    assert made.text.count("Point ") == 3
    assert "ces points" in made.text


@pytest.mark.parametrize(
    "words",
    [
        "Reçu 12) cartons sur 14", "Voir facture 2. Merci", "- une seule chose", "prix - qualité",
        "1. prix 2. qualité 2. délai", "- " * 5000, "", None,
    ],
)  # fmt: skip
def test_a_grievance_that_lists_nothing_is_one_point(words):
    assert len(apart(Dispute("C1", DAY, "price", None, words, True))) == 1


def test_a_grievance_of_hundreds_of_points_is_answered_in_ten():
    words = "\n".join(f"{n}. la vitre {n} est brisée" for n in range(1, 90))

    assert len(apart(Dispute("C1", DAY, "other", None, words, True))) == 10


@pytest.mark.parametrize(
    ("opened", "founded", "until"),
    [
        (date(2026, 11, 19), False, date(2026, 12, 4)),
        (date(2026, 3, 1), None, date(2026, 11, 27)),
        (date(2026, 3, 1), True, date(2026, 12, 5)),
    ],
)
def test_a_complaint_has_an_owner_and_a_day(opened, founded, until):
    one = replace(UNFOUNDED[0], opened_on=opened, founded=founded)
    found = sheet(request(claims=DISPUTED, disputes=(one,), owner="AG1"))

    assert (found.until, found.owner, found.founded) == (until, "AG1", bool(founded))
    assert sheet(request()) is None


@pytest.mark.parametrize(
    ("changes", "error", "why"),
    [
        ({"phone": None}, MissingFact, "téléphone"),
        ({"do_not_contact": True}, NotWritten, "."),
        ({"represented_by": "Maître Roy"}, NotWritten, "."),
        ({"in_insolvency": True}, NotWritten, "."),
        ({"claims": DISPUTED}, NotWritten, "rien à réclamer"),
        ({"action": "visit", "channel": "visit", "debtor": PERSON}, NotWritten, "visite"),
        ({"action": "offer_plan"}, MissingFact, "échéancier"),
        ({"question": "Voulez-vous aller en prison ?"}, NotWritten, "prison"),
    ],
)
def test_what_may_not_be_said_has_no_script(changes, error, why):
    with pytest.raises(error, match=why):
        told(**{"action": "call", "channel": "phone", **changes})


def test_a_script_asks_one_question_and_no_name_reads_as_a_word():
    made = told(
        action="call", channel="phone", question=ASKED, contact_name="# {{ total }} - [plan]",
        debtor=replace(DEBTOR, name="Prison SARL"), tone="helpful",
    )  # fmt: skip

    assert made.text.count("?") == 1
    assert "Demander # {{ total }} - [plan]." in made.text
    assert "Prison SARL" in made.subject
    assert "pénalités" not in made.text
