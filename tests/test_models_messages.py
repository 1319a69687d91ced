"""What a message says: days, sums, outcomes by style of author, proposals and their silence."""

from collections import Counter
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from data_schema import codes
from models.messages.amounts import instalments, sums
from models.messages.corpus import sentences
from models.messages.dates import days
from models.messages.evaluation import left_out, score
from models.messages.lexicon import hidden, hits, simple, spelt_out
from models.messages.proposal import LEAST_CERTAINTY, propose, propose_all, together
from models.profile.notes import plain
from models.profile.rules import rules

WEDNESDAY = date(2026, 11, 25)
AHEAD = [
    ("vendredi", "2026-11-27"),
    ("mercredi", "2026-12-02"),
    ("ce mercredi", "2026-11-25"),
    ("lundi prochain", "2026-11-30"),
    ("vendredi en huit", "2026-12-04"),
    ("fin de semaine", "2026-11-27"),
    ("la semaine prochaine", "2026-12-04"),
    ("le 15", "2026-12-15"),
    ("le 30", "2026-11-30"),
    ("le 31", "2026-11-30"),
    ("sous huitaine", "2026-12-03"),
    ("sous quinzaine", "2026-12-10"),
    ("sous 48h", "2026-11-27"),
    ("fin du mois", "2026-11-30"),
    ("fin mois", "2026-11-30"),
    ("mi-décembre", "2026-12-15"),
    ("début janvier", "2027-01-05"),
    ("fin février", "2027-02-28"),
    ("le mois prochain", "2026-12-31"),
    ("le 10 du mois prochain", "2026-12-10"),
    ("avant le 3 janvier", "2027-01-03"),
    ("1er décembre", "2026-12-01"),
    ("12/01/27", "2027-01-12"),
    ("05/12", "2026-12-05"),
    ("entre le 10 et le 15 décembre", "2026-12-15"),
    ("d'ici 10 jours", "2026-12-05"),
    ("dans 10 jours ouvrés", "2026-12-09"),
    ("d’ici trois semaines", "2026-12-16"),
    ("dans un mois", "2026-12-25"),
    ("avant Noël", "2026-12-24"),
    ("demain", "2026-11-26"),
    ("ce soir", "2026-11-25"),
    ("by Friday", "2026-11-27"),
    ("on the 20th", "2026-12-20"),
    ("December 5", "2026-12-05"),
    ("within ten days", "2026-12-05"),
    ("end of the month", "2026-11-30"),
]
NO_DAY = [
    "31/02",
    "12 rue des Lilas",
    "le 3 rue des Lilas",
    "12,50 €",
    "10 jours ouvrés",
    "",
    "99/99/9999",
]


@pytest.mark.parametrize(("text", "expected"), AHEAD)
def test_a_day_is_told_from_the_day_of_writing(text, expected):
    assert [str(found.on) for found in days(plain(text), WEDNESDAY)] == [expected]


@pytest.mark.parametrize("text", NO_DAY)
def test_what_is_no_day_gives_none(text):
    assert days(plain(text), WEDNESDAY) == []


def test_the_day_of_a_paper_is_no_day_of_payment():
    text = plain("Votre facture du 12 octobre sera réglée le 30, relance reçue le 2 novembre.")

    assert [str(found.on) for found in days(text, WEDNESDAY)] == ["2026-11-30"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("hier", "2026-11-24"), ("le 12", "2026-11-12"), ("le 30", "2026-10-30"),
     ("vendredi dernier", "2026-11-20"), ("il y a dix jours", "2026-11-15")],
)  # fmt: skip
def test_what_is_over_is_told_backwards(text, expected):
    assert [str(found.on) for found in days(plain(text), WEDNESDAY, "back")] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("500 € puis le solde", ["500.00"]), ("1 234,56 euros", ["1234.56"]), ("12€50", ["12.50"]),
     ("1.234,56€", ["1234.56"]), ("EUR 2,400.00", ["2400.00"]), ("2k€", ["2000.00"]),
     ("06 12 34 56 78", []), ("FA 2026-0117", []), ("20 %", []), ("0 €", [])],
)  # fmt: skip
def test_a_sum_is_exact_to_the_cent(text, expected):
    assert [str(found.amount) for found in sums(plain(text))] == expected


def test_the_number_of_instalments_is_read_in_words_and_figures():
    assert [instalments(t) for t in ("en trois fois", "3x sans frais", "in two payments")] == [
        3,
        3,
        2,
    ]
    assert instalments("en une fois") is None


def test_long_hostile_texts_are_read_at_once():
    for text in ("111 " * 50_000, "le " * 50_000, "a" * 200_000, "€" * 50_000, "(" * 10_000, "\0"):
        made = propose(text, WEDNESDAY)
        assert 0 <= made.certainty <= 1


def test_the_corpus_is_varied_enough_to_learn_from():
    corpus = sentences()
    by_outcome = corpus.groupby("outcome")
    assert set(corpus["outcome"]) <= set(codes("outcome"))
    assert by_outcome.size().min() >= 60
    assert by_outcome["style"].nunique().min() >= 8
    assert Counter(corpus["text"]).most_common(1)[0][1] == 1


def test_no_two_sentences_of_the_corpus_are_nearly_the_same():
    corpus = sentences()
    elicited = rules()
    low = [spelt_out(simple(text, elicited)) for text in corpus["text"]]
    made = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4)).fit_transform(low)
    alike = (made @ made.T).tocoo()
    pairs = [
        (corpus["text"][i], corpus["text"][j])
        for i, j, value in zip(alike.row, alike.col, alike.data, strict=True)
        if i < j and value > 0.80
    ]
    assert pairs == []


@pytest.fixture(scope="module")
def found():
    return left_out(sentences())


def test_authors_whose_style_was_never_seen_are_understood(found):
    assert score(found).macro_f1 >= 0.80


def test_what_is_proposed_is_mostly_right_and_its_certainty_is_honest(found):
    told = score(found)
    assert told.right >= 0.90
    assert told.proposed >= 0.70
    assert abs(told.right - told.certainty) <= 0.06


def test_a_clear_message_is_proposed_whole():
    made = propose(
        "Bonjour,\n\nVotre chaudière fuit, je conteste 320 €.\nJe réglerai le reste le 15.\n",
        WEDNESDAY,
    )

    assert made.outcome == "dispute"
    assert made.dispute is not None
    assert (made.dispute.reason, made.dispute.amount) == ("quality", Decimal("320.00"))
    assert made.promise is not None
    assert made.promise.due_on == date(2026, 12, 15)
    assert {evidence.outcome for evidence in made.evidence} == {"dispute", "promise"}


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("je conteste pas, c'est bien dû", "acknowledgment"),
        ("Pas d'accord sur le montant", "dispute"),
        ("Bravo pour la qualité, tout est à refaire.", "dispute"),
        ("cpta : fact. pas reçue, renvoyer svp", "missing_document"),
        ("Hello, we already paid, virement sent last Friday.", "paid_claim"),
    ],
)
def test_denial_irony_abbreviations_and_mixed_languages_are_understood(text, outcome):
    assert propose(text, WEDNESDAY).outcome == outcome


@pytest.mark.parametrize("text", ["", "   \n ", "asdf qwer zxcv"])
def test_what_cannot_be_told_is_left_to_a_person(text):
    made = propose(text, WEDNESDAY)

    assert made.to_read
    assert (made.promise, made.dispute, made.plan) == (None, None, None)


def test_a_promise_names_its_first_day_and_sum():
    made = propose("500 € vendredi puis le solde fin du mois", WEDNESDAY).promise

    assert made is not None
    assert (made.due_on, made.amount) == (date(2026, 11, 27), Decimal("500.00"))


def test_half_is_a_share_of_what_is_due():
    made = propose("je vous paie la moitié lundi", WEDNESDAY).promise

    assert made is not None
    assert (made.amount, made.share) == (None, Decimal("0.5"))


def test_a_call_that_nobody_took_is_told_in_notes_only():
    assert propose("NRP, msg", WEDNESDAY, kind="note").outcome == "no_answer"
    assert propose("NRP, msg", WEDNESDAY).outcome != "no_answer"


@pytest.mark.parametrize("term", ["hospitalisé", "cancer", "musulman", "syndicaliste", "Roumain"])
def test_health_religion_union_and_origin_are_masked_and_never_a_signal(term):
    elicited = rules()
    with_term = f"Je suis {term}, la machine est cassée, je conteste la facture."
    made = propose(with_term, WEDNESDAY)

    assert made.dispute is not None
    told = " ".join([*(e.quote for e in made.evidence), made.dispute.grievance, hidden(with_term)])
    assert term not in told
    assert "[masqué]" in told
    without = spelt_out(simple(with_term.replace(term, "malade"), elicited))
    assert spelt_out(simple(with_term, elicited)) == without


def test_a_place_or_a_residence_is_not_masked():
    assert (
        hidden("Il réside à Lyon, coopération parfaite.")
        == "Il réside à Lyon, coopération parfaite."
    )


def test_many_messages_read_together_are_read_as_each_alone():
    texts = [(text, WEDNESDAY) for text in ("je paie vendredi", "", "rien compris\nje conteste")]

    assert propose_all(texts) == [propose(text, day) for text, day in texts]
    assert propose_all([]) == []


def test_sentences_join_into_one_message_without_inventing_certainty():
    outcomes = ["information", "other", "promise"]
    told = np.array([[0.1, 0.85, 0.05], [0.05, 0.05, 0.9]])

    whole = together(told, outcomes)
    assert whole[2] == pytest.approx(0.9)
    assert whole[:2].max() <= 0.1 + 1e-9
    assert together(told[:1], outcomes)[1] == pytest.approx(0.85)
    many = together(np.tile([[0.1, 0.8, 0.1]], (40, 1)), outcomes)
    assert many[2] < LEAST_CERTAINTY


def test_each_rule_has_a_column():
    assert hits([]).shape[0] == 0
    assert hits(["je conteste"]).sum() >= 1
