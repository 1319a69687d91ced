"""Profiles: signals, notes, belief, explanations."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from models.profile import score
from models.profile.belief import decide, information
from models.profile.notes import find, plain, quote, read
from models.profile.rules import rules

DAY = dt.date(2026, 11, 21)
PROFILES = ["p_disorganised", "p_cash_strapped", "p_bad_faith", "p_dissatisfied"]
NOTHING = pd.DataFrame({"debtor_id": [], "opened_on": [], "grievance": []}, dtype=object)
NO_PROMISES = pd.DataFrame()
DECISION_COLUMNS = ["entry_id", "at", "kind", "debtor_id", "profile", "question", "answer"]
NO_DECISIONS = pd.DataFrame(columns=DECISION_COLUMNS)


def said(*notes, debtor="d1", outcome="other", at="2026-11-10"):
    return pd.DataFrame(
        {
            "debtor_id": [debtor] * len(notes),
            "at": pd.Timestamp(at),
            "outcome": outcome,
            "note": list(notes),
        }
    )


def debtor(debtor_id="d1", **features):
    return pd.DataFrame([{"debtor_id": debtor_id, **features}])


def believe(features, interactions=None, decisions=NO_DECISIONS):
    interactions = said() if interactions is None else interactions
    return score(features, interactions, NOTHING, NO_PROMISES, decisions, as_of=DAY)


def fired(note):
    texts = pd.DataFrame({"debtor_id": ["d"], "on": [pd.Timestamp("2026-01-01")], "text": [note]})
    return set(read(texts, rules())["signal"])


def test_a_debtor_without_any_signal_keeps_the_prior_and_is_undetermined():
    profiles, explanations = believe(debtor())

    assert profiles["p_disorganised"].iloc[0] == pytest.approx(0.45)
    assert profiles["profile"].iloc[0] == "undetermined"
    assert explanations["feature"].tolist() == ["(no signal)"]


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ({"n_missing_document": 2, "n_wrong_contact": 1, "n_answers": 3}, "disorganised"),
        ({"n_cash_wait": 2, "n_plan_request": 1, "n_partial_payments": 2}, "cash_strapped"),
        (
            {
                "n_refusal": 3,
                "n_promises_broken": 3,
                "solvency_score": 85,
                "n_disputes_unfounded": 1,
            },
            "bad_faith",
        ),
        ({"n_disputes_open": 1, "n_dispute_answers": 2, "n_disputes_founded": 1}, "dissatisfied"),
    ],
)
def test_each_profile_is_recognised_by_what_betrays_it(features, expected):
    profiles, _ = believe(debtor(**features))

    assert profiles["profile"].iloc[0] == expected
    assert profiles[f"p_{expected}"].iloc[0] == profiles["certainty"].iloc[0]


def test_bad_faith_needs_more_certainty_than_any_other_word():
    elicited = rules()
    belief = np.array([[0.2, 0.1, 0.6, 0.1], [0.2, 0.6, 0.1, 0.1], [0.05, 0.02, 0.9, 0.03]])

    said_of = decide(belief, elicited)

    assert said_of.tolist() == ["undetermined", "cash_strapped", "bad_faith"]


@pytest.mark.parametrize(
    ("note", "signal"),
    [
        ("N'a jamais reçu la facture, à renvoyer SVP", "note_missing_invoice"),
        ("manque le n° de commande", "note_missing_invoice"),
        ("facture en attente de validation, comptable en congés", "note_internal_circuit"),
        ("voir avec la cpta, pas la main sur les paiements", "note_other_person"),
        ("Tréso tendue ce mois-ci", "note_waits_for_cash"),
        ("ATTEND LE VIREMENT D'UN GROS CLIENT", "note_waits_for_cash"),
        ("demande un échéancier en 3 fois", "note_asks_for_time"),
        ("pas les fonds avant janvier", "note_no_money"),
        ("crie au harcèlement, parle de son avocat", "note_plays_victim"),
        ("encore une excuse, chèque soi-disant posté", "note_moving_excuses"),
        ("refuse de payer", "note_refusal"),
        ("marchandise endommagée à la livraison", "note_grievance"),
        ("travaux mal réalisés, conteste le montant", "note_grievance"),
        ("NRP, msg laissé sur répondeur", "note_no_answer"),
    ],
)
def test_french_notes_speak_whatever_their_spelling(note, signal):
    assert signal in fired(note)


@pytest.mark.parametrize(
    "note",
    [
        "pas de litige",
        "Aucun litige sur la facture",
        "ne conteste pas la somme",
        "sans réclamation",
    ],
)
def test_a_denied_dispute_is_no_grievance(note):
    assert "note_grievance" not in fired(note)


@pytest.mark.parametrize(
    "note", ["aucun problème de trésorerie", "plus de souci de tréso", "pas de difficulté de tréso"]
)
def test_a_denied_cash_problem_is_none(note):
    assert not {"note_waits_for_cash", "note_no_money"} & set(fired(note))


def test_no_cash_left_is_no_denial():
    assert "note_no_money" in fired("plus de tréso ce mois-ci")


def test_a_dispute_after_a_denial_elsewhere_is_still_heard():
    assert "note_grievance" in fired(
        "pas de nouvelles du chauffeur. Palettes cassées, litige ouvert"
    )


def test_quotes_are_short_and_hide_health_religion_union_and_origin():
    note = "Comptable malade du cancer depuis juin, délégué syndical, " + "facture perdue " * 12
    match = find(
        next(s for s in rules().signals if s.name == "note_missing_invoice"), plain(note), rules()
    )

    shown = quote(note, match.start(), match.end(), rules().sensitive)
    whole = quote(note, 10, 20, rules().sensitive)

    assert len(shown) < 130
    assert "cancer" not in whole
    assert "malade" not in whole
    assert "syndical" not in quote(note, 45, 50, rules().sensitive)


def test_evidence_carries_the_day_and_the_words():
    profiles, _ = believe(debtor(), said("trésorerie tendue, attend un virement"))

    evidence = profiles["evidence"].iloc[0]

    assert evidence[0]["signal"] == "note_waits_for_cash"
    assert evidence[0]["for"] == "cash_strapped"
    assert evidence[0]["on"] == dt.date(2026, 11, 10)
    assert "trésorerie" in evidence[0]["quote"]


def test_a_person_s_confirmation_outweighs_contrary_signals():
    decisions = pd.DataFrame(
        [["e1", pd.Timestamp("2026-11-01"), "confirm_profile", "d1", "dissatisfied", None, None]],
        columns=DECISION_COLUMNS,
    )

    profiles, _ = believe(debtor(n_cash_wait=2, n_plan_request=1), decisions=decisions)
    labelled, _ = believe(debtor(n_cash_wait=2, n_plan_request=1, last_label="dissatisfied"))

    assert profiles["profile"].iloc[0] == "dissatisfied"
    assert profiles["p_dissatisfied"].iloc[0] > 0.9
    assert labelled["p_dissatisfied"].iloc[0] == pytest.approx(profiles["p_dissatisfied"].iloc[0])


def test_an_answer_moves_the_belief_and_is_not_asked_again():
    question = rules().questions[3]
    decisions = pd.DataFrame(
        [
            [
                "e1",
                pd.Timestamp("2026-11-01"),
                "answer",
                "d1",
                None,
                question.french,
                "precise_complaint",
            ]
        ],
        columns=DECISION_COLUMNS,
    )
    before, _ = believe(debtor())

    after, _ = believe(debtor(), decisions=decisions)

    assert after["p_dissatisfied"].iloc[0] > before["p_dissatisfied"].iloc[0] + 0.2
    assert after["next_question"].iloc[0] != question.french


def test_a_question_tells_nothing_to_whom_is_certain():
    likelihoods = rules().questions[0].likelihoods

    certain, unsure = information(np.array([[1.0, 0, 0, 0], [0.25] * 4]), likelihoods)

    assert certain == pytest.approx(0.0, abs=1e-12)
    assert unsure > 0.05


def many(n=200):
    rng = np.random.default_rng(3)
    features = pd.DataFrame(
        {
            "debtor_id": [f"d{i}" for i in range(n)],
            "n_answers": rng.integers(0, 8, n),
            "n_cash_wait": rng.integers(0, 4, n),
            "n_refusal": rng.integers(0, 3, n),
            "n_missing_document": rng.integers(0, 4, n),
            "n_disputes_open": rng.integers(0, 2, n),
            "n_promises_broken": rng.integers(0, 5, n),
            "solvency_score": np.where(rng.random(n) < 0.3, np.nan, rng.uniform(0, 100, n)),
            "last_label": rng.choice(["bad_faith", None], n, p=[0.1, 0.9]),
        }
    )
    notes = ["tréso tendue", "refuse de payer", "facture perdue", "litige qualité"]
    words = pd.concat([said(notes[i % 4], debtor=f"d{i}", at="2026-09-01") for i in range(0, n, 3)])
    return features, words


def test_contributions_and_base_add_up_to_the_published_probability():
    features, words = many()

    profiles, explanations = believe(features, words)

    summed = explanations.groupby("subject_id").agg(
        base=("base_value", "first"), moved=("contribution", "sum"), target=("target", "first")
    )
    whole = (summed["base"] + summed["moved"]).reindex(profiles["debtor_id"]).to_numpy()
    np.testing.assert_allclose(whole, profiles["certainty"], atol=1e-6)
    leading = profiles[PROFILES].idxmax(axis=1).to_numpy()
    assert (summed["target"].reindex(profiles["debtor_id"]).to_numpy() == leading).all()


def test_probabilities_sum_to_one_and_rows_do_not_depend_on_order():
    features, words = many()
    profiles, explanations = believe(features, words)

    mixed, mixed_explanations = believe(
        features.sample(frac=1, random_state=1), words.sample(frac=1, random_state=2)
    )

    np.testing.assert_allclose(profiles[PROFILES].sum(axis=1), 1)
    pd.testing.assert_frame_equal(profiles, mixed)
    pd.testing.assert_frame_equal(explanations, mixed_explanations)


def test_an_old_signal_weighs_less_than_a_fresh_one():
    fresh, _ = believe(debtor(), said("refuse de payer", at="2026-11-20"))
    old, _ = believe(debtor(), said("refuse de payer", at="2024-11-20"))

    assert fresh["p_bad_faith"].iloc[0] > old["p_bad_faith"].iloc[0] > 0.13


def test_no_debtor_no_rows_but_every_column():
    profiles, explanations = believe(debtor().iloc[0:0])

    assert list(profiles)[:2] == ["debtor_id", "p_disorganised"]
    assert next(iter(explanations)) == "model"
    assert len(profiles) == len(explanations) == 0


def test_rates_are_probabilities_and_questions_give_each_profile_one_answer():
    elicited = rules()

    for question in elicited.questions:
        np.testing.assert_allclose(question.likelihoods.sum(axis=0), 1)
    assert elicited.prior.sum() == pytest.approx(1)
    assert all(signal.french and signal.english for signal in elicited.signals)
