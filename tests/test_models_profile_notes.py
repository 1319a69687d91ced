"""Families of words in notes: how well they are read, what is never read, how they are quoted."""

import numpy as np
import pandas as pd
import pytest

from models.profile.corpus import FAMILIES, elsewhere, sentences
from models.profile.families import LEAST, SHARPNESS, FamilyModel, chances, lessons, trained
from models.profile.family_scores import macro_f1, speaks, truth
from models.profile.notes import MASK, parts, read
from models.profile.rules import rules
from models.profile.words import running

# Measured above .80 with each style left out (docs/profile_notes_report.md).
LEAST_F1 = 0.79
HELD = ("accountant", "tradesman", "sms", "consumer")


def told(*notes):
    frame = pd.DataFrame({"debtor_id": "d", "on": pd.Timestamp("2026-01-01"), "text": list(notes)})
    return read(frame, rules())


def test_each_family_is_spoken_of_in_two_hundred_sentences_by_two_writers():
    written = sentences()

    assert truth(written).sum(axis=0).min() >= 200
    assert written["style"].nunique() == 8
    assert not written["text"].duplicated().any()


def test_hardly_a_sentence_is_also_learnt_from_elsewhere():
    common = set(sentences()["text"].str.lower()) & set(elsewhere()["text"].str.lower())

    # Chance let a writer of the messages' corpus find the same words.
    assert common <= {"la boite coule"}


def test_styles_never_met_are_read_as_well_as_the_report_says():
    written = sentences()
    held = written["style"].isin(HELD).to_numpy()
    model = FamilyModel().fit(lessons(written[~held]))

    chance = chances(model.decide(written["text"][held].tolist()), SHARPNESS)

    assert macro_f1(truth(written[held]), speaks(chance, model.families_, LEAST)) >= LEAST_F1


def test_the_same_sentences_give_the_same_model():
    few = lessons(sentences()).iloc[::20]
    twice = [FamilyModel().fit(few).decide(["dde un délai"]) for _ in range(2)]

    assert np.array_equal(*twice)


def test_one_text_no_text_and_an_empty_text_are_read():
    assert trained().predict_proba([]).shape == (0, len(FAMILIES) + 1)
    assert trained().predict_proba(["?"]).sum() == pytest.approx(1)
    assert told("", "...", "12").empty
    assert told().empty


@pytest.mark.parametrize(
    ("note", "signal"),
    [
        ("renvoyé dupli fact par mail", "note_missing_invoice"),
        ("cpta en congés, BAP pas donné", "note_internal_circuit"),
        ("jai plus un rond en caisse", "note_no_money"),
        ("we are short of cash until march", "note_no_money"),
        ("veu payer en 3 foi", "note_asks_for_time"),
        ("hors de question que je paye", "note_refusal"),
        ("encore une promesse pas tenue, toujours une nouvelle excuse", "note_moving_excuses"),
        ("la moitié des palettes est arrivée cassée", "note_grievance"),
        ("LRAR revenue non réclamée", "note_no_answer"),
        ("s'excuse, vir fait ce matin", "note_goodwill"),
    ],
)
def test_abbreviations_errors_and_english_are_understood(note, signal):
    assert signal in set(told(note)["signal"])


SENSITIVE = [
    "hosto", "hospitalisée", "à l'hopital", "chimio", "kimio", "kancer", "malades", "maladi",
    "arrêt mal.", "arret maladie", "en arrêt", "congé mat", "dépressive", "burn-out", "burn out",
    "handicapé", "CGT", "C.G.T.", "cfdt", "syndiqué", "délégué syndical", "force ouvrière",
    "ramadan", "musulmane", "catholique", "mosquée", "baptême", "shabbat", "roumain", "Roumaine",
    "maghrébin", "algérien", "immigré", "gitans", "sans-papiers", "sick leave", "pregnant",
]  # fmt: skip


@pytest.mark.parametrize("term", SENSITIVE)
def test_sensitive_terms_reach_neither_the_model_nor_a_quote(term):
    with_it, without = f"ne paiera pas, {term}, dit-il", "ne paiera pas, , dit-il"

    seen = running([with_it], rules().sensitive)
    plainly = running([without], rules().sensitive)

    left = set(seen.known[seen.word]) - set(plainly.known[plainly.word])
    assert left <= {"a", "l", "leave"}
    quoted = told(with_it)["quote"]
    assert len(quoted)
    assert all(MASK in words and term not in words for words in quoted)


def test_every_sensitive_expression_of_several_words_begins_with_a_known_opening():
    for text in ("arrêt de travail", "congé maladie", "fausse couche", "mi-temps thérapeutique"):
        seen = running([f"dit {text} hier"], rules().sensitive)

        assert set(seen.known[seen.word]) == {"dit", "hier"}


def test_a_long_note_is_read_by_sentence_and_quotes_the_clause_that_speaks():
    chatter = "Nous avons parlé du salon professionnel et des horaires du magasin. " * 3
    note = chatter + "Il demande un échéancier en six mensualités. " + chatter

    found = told(note).set_index("signal")

    assert "échéancier" in found.loc["note_asks_for_time", "quote"]
    assert found["quote"].str.len().max() <= 130
    assert len(parts(note)) > 3


def test_the_last_words_are_quoted_and_all_are_counted():
    frame = pd.DataFrame(
        {
            "debtor_id": ["d", "d", "e"],
            "on": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-01-01"]),
            "text": ["refuse de payer", "ne paiera jamais", "refuse de payer"],
        }
    )

    found = read(frame, rules()).set_index(["debtor_id", "signal"])

    assert found.loc[("d", "note_refusal"), "n"] == 2
    assert "jamais" in found.loc[("d", "note_refusal"), "quote"]
    assert found["strength"].between(LEAST, 1).all()
