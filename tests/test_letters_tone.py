"""Whether the words of a letter may be sent: files of sentences, denial, slips, mentions."""

import time
import unicodedata
from pathlib import Path

import pytest
from typer.testing import CliRunner

from amiable.cli import app
from letters.tone.letter import check
from letters.tone.likeness import HEARD, THRESHOLD, heard_in, learnt
from letters.tone.linter import Setting, wording
from letters.tone.patterns import book, mentions
from letters.tone.words import words

HANDS = tuple(sorted(path.stem[5:] for path in HEARD.glob("hand_*.yaml")))
FAMILIES = {"false_threat", "harassment", "court_look", "unlawful_fee"}


#: Files that nothing learns from.
UNHEARD = Path(__file__).parent / "cases_letters"


def hand(name):
    folder = UNHEARD if name.startswith("unheard") else HEARD
    return heard_in(folder / (f"{name}.yaml" if folder == UNHEARD else f"hand_{name}.yaml"))


def offending(name):
    for family, languages in hand(name)["offending"].items():
        for language, sentences in languages.items():
            kind = "consumer" if language.endswith("_consumer") else None
            for sentence in sentences:
                yield family, Setting(language=language[:2], debtor_kind=kind), sentence


def proper(name):
    for language, sentences in hand(name)["proper"].items():
        for sentence in sentences:
            suit = language.endswith("_suit")
            yield Setting(language=language[:2], suit_decided=suit), sentence


def stopping(text, setting):
    return [each for each in wording(text, setting) if not each.advice]


@pytest.mark.parametrize("name", HANDS)
def test_offending_sentences_are_caught_and_proper_ones_pass(name):
    # Of the long files one sentence in six: what was learnt from them is soon seen.
    step = 1 if name < "q" else 6
    told = list(offending(name))[::step]
    found = [(family, {e.family for e in stopping(text, how)}) for family, how, text in told]
    alarms = [bool(stopping(text, setting)) for setting, text in list(proper(name))[::step]]

    assert {family for family, _, _ in told} == FAMILIES
    assert sum(bool(stops) for _, stops in found) / len(found) >= 0.95
    assert sum(family in stops for family, stops in found) / len(found) >= 0.85
    assert sum(alarms) / len(alarms) <= (0.05 if step == 1 else 0.1)


def test_sentences_that_nothing_learnt_from_are_told_apart():
    names = [path.stem for path in sorted(UNHEARD.glob("unheard_*.yaml"))]
    foul = [(text, how) for name in names for _, how, text in offending(name)]
    fair = [(text, how) for name in names for how, text in proper(name)]
    # Every second sentence: the rest tells no more, and takes seconds.
    caught = [bool(stopping(*each)) for each in foul[::2]]
    alarms = [bool(stopping(*each)) for each in fair[::2]]

    assert (len(foul), len(fair)) == (926, 950)
    assert sum(caught) / len(caught) >= 0.94
    assert sum(alarms) / len(alarms) <= 0.05


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_reader_by_likeness_recognises_sentences_that_it_never_heard(language):
    caught, alarms = [], []
    for fold in range(2):
        apart = HANDS[fold::2]
        # One sentence in three of those kept apart: the whole takes long and tells no more.
        ear = learnt(
            [path for path in HEARD.glob("*.yaml") if path.stem[5:] not in apart], language
        )

        def told(text, ear=ear):
            like = ear.heard(words(text))
            return like is not None and like.score > THRESHOLD

        for name in apart:
            caught += [
                told(text)
                for _, spoken, text in list(offending(name))[::3]
                if spoken.language == language
            ]
            alarms += [
                told(text)
                for spoken, text in list(proper(name))[::3]
                if spoken == Setting(language=language)
            ]

    assert sum(caught) / len(caught) >= 0.8
    assert sum(alarms) / len(alarms) <= 0.1


def test_what_reads_hard_or_lacks_a_mention_is_told():
    for name in HANDS:
        for text in hand(name).get("hard", ()):
            assert "reading" in {each.family for each in check(text, Setting(language="fr"))}, text
        for text in hand(name).get("unmentioned", ()):
            found = check(text, Setting(language="fr", stage="formal_notice"))
            assert "missing_mention" in {each.family for each in found}, text


def test_there_are_a_hundred_sentences_of_each_sort_in_both_languages():
    told = [setting.language for name in HANDS for _, setting, _ in offending(name)]
    may = [setting.language for name in HANDS for setting, _ in proper(name)]

    for spoken in (told, may):
        assert spoken.count("fr") >= 100
        assert spoken.count("en") >= 30


@pytest.mark.parametrize(
    "text",
    [
        "NOTRE HUISSIER PASSERA CHEZ VOUS LUNDI POUR SAISIR VOS MEUBLES.",
        "Notre huisier passera chez vous lundi pour saisir vos meubles.",
        "Notre h u i s s i e r passera chez vous lundi.",
        "Notre hui\u200bssier passera chez vous lundi pour saisir vos meubles.",
        unicodedata.normalize("NFD", "Vous serez incarcéré."),
        "Vous serez incarcere.",
        "Vous n’échapperez pas à la prison.",
        "Nous n'hésiterons pas à saisir vos comptes.",
        "Ceci n'est pas une menace, mais l'huissier viendra.",
        "Vous dites que vous n'avez pas d'argent, nous saisirons vos comptes.",
        "Il n'est pas exclu que l'huissier passe demain.",
        "We will not hesitate to seize your car.",
        "Notre huissier vous prie de régler votre facture.",
        "Our bailiff kindly asks you to settle the invoice.",
    ],
)
def test_case_accents_slips_and_turned_denials_hide_nothing(text):
    assert "false_threat" in {each.family for each in stopping(text, Setting())}


@pytest.mark.parametrize(
    "text",
    [
        "Nous ne saisirons pas vos comptes.",
        "Ni saisie ni huissier : nous cherchons un accord.",
        "Vous nous avez menacés de saisir le procureur.",
        "Vous nous avez écrit que notre huissier était passé.",
        "Article 1 : « les frais entrepris sans titre restent à la charge du créancier »",
        "Nous n'avons pas l'intention de bloquer vos comptes.",
        "We would never inform your employer.",
        "You wrote that we had threatened you with prison.",
        "Nous vous prions d'agréer nos salutations.",
    ],
)
def test_what_is_denied_reported_or_quoted_from_the_law_is_no_threat(text):
    assert stopping(text, Setting()) == []


def test_what_a_title_a_decision_or_a_time_bar_allows_or_forbids():
    seizure = "Le commissaire de justice procédera à la saisie-vente de vos biens."
    filed = "Nous avons saisi le tribunal de commerce."
    soft = "Nous nous réservons la possibilité de saisir la juridiction compétente."

    assert stopping(seizure, Setting())
    assert stopping(seizure, Setting(has_title=True)) == []
    assert stopping(filed, Setting())
    assert stopping(filed, Setting(suit_decided=True)) == []
    assert stopping(soft, Setting()) == []
    assert [e.rule for e in stopping(soft, Setting(time_barred=True))] == ["barred"]


def test_a_first_reminder_that_speaks_of_a_court_is_told_but_not_stopped():
    text = "À défaut, nous pourrons saisir le tribunal compétent."

    (told,) = wording(text, Setting(stage="reminder"))
    assert (told.rule, told.advice) == ("above_stage", True)
    assert wording(text, Setting(stage="last_attempt")) == []


def test_indemnity_and_penalties_are_lawful_between_professionals_only():
    text = "L'indemnité forfaitaire de 40 € pour frais de recouvrement s'ajoute au principal."

    assert stopping(text, Setting(debtor_kind="company")) == []
    assert [e.rule for e in stopping(text, Setting(debtor_kind="consumer"))] == ["consumer_fees"]


def test_every_rule_says_why_in_both_languages_with_its_source():
    for language in ("fr", "en"):
        rules = book(language).rules
        assert {rule.family for rule in rules} >= FAMILIES
        for rule in rules:
            assert all(rule.says), rule.name
            assert rule.source, rule.name
    assert {rule.name for rule in book("en").rules} <= {rule.name for rule in book("fr").rules}
    assert all(all(each.says) and each.source for each in mentions())


def test_a_hard_text_is_told_as_an_advice_only():
    hard = (
        "La matérialisation de l'inexécution contractuelle persistante, nonobstant les "
        "sollicitations antérieurement formalisées, nécessite l'établissement contradictoire "
        "d'explications circonstanciées relativement aux considérations ayant motivé "
        "l'indisponibilité momentanée des liquidités habituellement affectées au "
        "désintéressement de vos cocontractants et partenaires institutionnels."
    )

    found = check(hard, Setting(language="fr"))

    assert {each.family for each in found} == {"reading"}
    assert all(each.advice for each in found)


@pytest.fixture
def written(tmp_path):
    def written(name, content):
        (tmp_path / name).write_bytes(content)
        return str(tmp_path / name)

    return written


def run(*told):
    return CliRunner().invoke(app, ["letters", "check", *told])


def test_the_command_names_the_line_and_fails(written):
    letter = b"Madame,\n\nNotre huissier viendra demain.\nPayez sous 24 heures.\n"

    told = run(written("lettre.txt", letter))

    assert told.exit_code == 1
    assert "ligne 3, « huissier »" in told.output
    assert "conseil, ligne 4" in told.output
    assert "line 3" in run(written("lettre.txt", letter), "--language", "en").output
    assert run(written("lettre.txt", letter), "--title").exit_code == 0


def test_the_command_checks_mentions_of_a_stage_and_reads_mails_and_old_encodings(written):
    mail = (
        "Subject: Facture F-1\nContent-Type: text/plain; charset=utf-8\n\n"
        "Nous vous remercions de régler 12,00 € par virement.\n"
    ).encode()
    path = written("rappel.eml", mail)

    assert run(path, "--stage", "reminder").exit_code == 0
    missing = run(path, "--stage", "formal_notice", "--for-others")
    assert missing.exit_code == 1
    assert "L. 111-8" in missing.output
    assert run(written("ancien.txt", "Réglée, merci.".encode("cp1252"))).exit_code == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("vide.txt", b" \n"),
        ("image.txt", b"\x89PNG\x00\x00"),
        ("lettre.docx", b"PK"),
        ("x.eml", b""),
        ("y.eml", b"Content-Type: text/plain; charset=klingon\n\nR\xe9glez."),
    ],
)
def test_what_is_no_letter_is_refused_in_one_line(written, name, content):
    told = run(written(name, content))

    assert told.exit_code == 1
    assert name in told.stderr
    assert "\n" not in told.stderr.strip()


def test_a_word_without_end_is_read_as_fast_as_a_letter(written):
    began = time.process_time()
    told = run(written("long.txt", b"a" * 20_000))

    assert told.exit_code == 0
    assert time.process_time() - began < 20
