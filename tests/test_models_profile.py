"""Profiles: signals, notes, belief, decision, explanations."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from models.profile import people, score
from models.profile.belief import attribution, information, posterior
from models.profile.decision import (
    UnknownCost,
    cost_matrix,
    decide,
    effect,
    sets,
    thresholds,
)  # fmt: skip
from models.profile.notes import find, plain, quote, read
from models.profile.rules import rules
from models.profile.scoring import believed, explain
from models.profile.signals import observe

DAY = dt.date(2026, 11, 21)
PROFILES = ["p_disorganised", "p_cash_strapped", "p_bad_faith", "p_dissatisfied"]
DECISION_COLUMNS = ["entry_id", "at", "kind", "debtor_id", "question", "answer"]
NO_DECISIONS = pd.DataFrame(columns=DECISION_COLUMNS)


def said(*notes, debtor="d1", at="2026-11-10", firm=False):
    return pd.DataFrame(
        {
            "debtor_id": [debtor] * len(notes),
            "said_on": pd.Timestamp(at),
            "is_after_firm": firm,
            "words": list(notes),
        }
    )


def reacted(*outcomes, debtor="d1", at="2026-11-20", firm=False, weight=1.0):
    return pd.DataFrame(
        [
            [debtor, outcome, firm, n, n * weight, pd.Timestamp(at), None]
            for outcome, n in pd.Series(outcomes, dtype=object).value_counts().items()
        ],
        columns=["debtor_id", "outcome", "is_after_firm", "n", "weight", "last_on", "note"],
    )


def debtor(debtor_id="d1", **features):
    return pd.DataFrame([{"debtor_id": debtor_id, **features}])


def believe(features, words=None, decisions=NO_DECISIONS, reactions=None, **more):
    words = said() if words is None else words
    reactions = reacted() if reactions is None else reactions
    return score(features, reactions, words, decisions, as_of=DAY, **more)


def fired(note):
    texts = pd.DataFrame({"debtor_id": ["d"], "on": [pd.Timestamp("2026-01-01")], "text": [note]})
    return set(read(texts, rules())["signal"])


def test_a_debtor_without_any_signal_keeps_the_prior_and_is_undetermined():
    profiles, explanations = believe(debtor())

    assert profiles["p_disorganised"].iloc[0] == pytest.approx(0.45)
    assert profiles["profile"].iloc[0] == "undetermined"
    assert explanations["feature"].tolist() == ["(no signal)"]


@pytest.mark.parametrize(
    ("features", "reactions", "expected"),
    [
        ({}, ["missing_document", "missing_document", "wrong_contact"], "disorganised"),
        ({"n_partial_payments": 2}, ["cash_wait", "cash_wait", "plan_request"], "cash_strapped"),
        (
            {
                "n_promises_broken": 3, "n_promises_due": 3, "promises_broken_weight": 2.8,
                "solvency_score": 85, "debtor_n_disputes": 1, "n_disputes_unfounded": 1,
            },
            ["refusal", "refusal", "refusal"],
            "bad_faith",
        ),
        (
            {"n_disputes_open": 1, "debtor_n_disputes": 2, "n_disputes_founded": 1},
            ["dispute", "dispute"],
            "dissatisfied",
        ),
    ],
)  # fmt: skip
def test_each_profile_is_recognised_by_what_betrays_it(features, reactions, expected):
    profiles, _ = believe(debtor(**features), reactions=reacted(*reactions))

    assert profiles["likeliest"].iloc[0] == expected
    assert profiles["profile"].iloc[0] in (expected, "undetermined")
    assert profiles[f"p_{expected}"].iloc[0] == profiles["certainty"].iloc[0]


def test_bad_faith_needs_more_certainty_than_any_other_word():
    belief = np.array([[0.2, 0.1, 0.6, 0.1], [0.2, 0.6, 0.1, 0.1], [0.03, 0.02, 0.93, 0.02]])

    assert decide(belief).tolist() == ["undetermined", "cash_strapped", "bad_faith"]


def test_costs_of_a_home_replace_those_named_and_a_misspelt_one_is_refused():
    belief = np.array([[0.2, 0.1, 0.6, 0.1]])
    bold = {"disorganised": {"bad_faith": 0.1}, "cash_strapped": {"bad_faith": 0.1}}

    assert decide(belief, cost_matrix(bold)).tolist() == ["bad_faith"]
    with pytest.raises(UnknownCost, match="disorganized"):
        cost_matrix({"disorganized": {"bad_faith": 0.1}})
    with pytest.raises(UnknownCost, match="zero or more"):
        cost_matrix({"disorganised": {"bad_faith": float("nan")}})


def test_conformal_sets_cover_each_profile_and_only_disorganised_is_said_of_several():
    generator = np.random.default_rng(0)
    belief = generator.dirichlet([0.6, 0.6, 0.6, 0.6], 4000)
    truth = (belief.cumsum(axis=1) < generator.random((4000, 1))).sum(axis=1)
    limits = thresholds(belief[:2000], truth[:2000])

    inside = sets(belief[2000:], limits)
    words = decide(belief[2000:], None, limits)

    for k in range(4):
        mine = truth[2000:] == k
        assert 0.86 < inside[mine, k].mean() < 0.94
    several = inside.sum(axis=1) > 1
    assert set(words[several]) <= {"disorganised", "undetermined"}
    assert thresholds(belief[:20], truth[:20]) is None


def test_the_effect_of_costs_counts_every_debtor_once():
    generator = np.random.default_rng(1)
    belief = pd.DataFrame(generator.dirichlet([1, 1, 1, 1], 300), columns=PROFILES)

    told = effect(belief, cost_matrix(), None)

    assert told["n"].sum() == 300
    said_bad = told.set_index("word").loc["bad_faith"]
    assert said_bad["disorganised_in_it"] < 0.1


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
    assert not {"note_grievance", "note_vague_grievance"} & set(fired(note))


@pytest.mark.parametrize(
    ("note", "signal"),
    [
        ("client mécontent", "note_vague_grievance"),
        ("litige en cours, ne dit pas sur quoi", "note_vague_grievance"),
        ("conteste la facture : 3 cartons cassés", "note_grievance"),
        ("litige, travaux mal réalisés au 2e étage", "note_grievance"),
    ],
)
def test_a_grievance_that_names_no_fault_is_told_from_one_that_does(note, signal):
    heard = {"note_grievance", "note_vague_grievance"} & set(fired(note))
    assert heard == {signal}


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


def test_what_was_done_and_what_a_person_said_are_dated_too():
    facts = debtor(
        n_promises_broken=2, n_promises_due=2, promises_broken_weight=1.5, solvency_score=30.0,
        last_promise_broken_on=pd.Timestamp("2026-10-02"), last_label="bad_faith",
        last_label_on=pd.Timestamp("2026-11-03"),
    )  # fmt: skip
    profiles, _ = believe(facts, decisions=answered(rules().questions[3].name, "precise_complaint"))

    days = {entry["signal"]: entry["on"] for entry in profiles["evidence"].iloc[0]}

    assert days["broken_promise"] == dt.date(2026, 10, 2)
    assert days[people.CONFIRMED] == dt.date(2026, 11, 3)
    assert days[people.ANSWER + rules().questions[3].name] == DAY
    assert days["weak_solvency"] is None


def test_a_debtor_of_whom_nothing_is_known_has_evidence_that_says_so():
    profiles, _ = believe(debtor())

    assert [entry["signal"] for entry in profiles["evidence"].iloc[0]] == ["no_signal"]


def test_hostility_after_our_own_firm_tone_is_less_evidence_of_bad_faith():
    words = ("crie au harcèlement", "refuse de payer")
    mild, _ = believe(debtor(), said(*words), reactions=reacted("refusal", "refusal"))
    firm, _ = believe(
        debtor(), said(*words, firm=True), reactions=reacted("refusal", "refusal", firm=True)
    )

    assert mild["p_bad_faith"].iloc[0] > firm["p_bad_faith"].iloc[0] + 0.15
    assert firm["p_bad_faith"].iloc[0] > 0.13


def test_a_dispute_alone_does_not_make_a_dissatisfied_client():
    profiles, _ = believe(debtor(n_disputes_open=1, n_answers=1, debtor_n_disputes=1))

    assert profiles["profile"].iloc[0] == "undetermined"


def test_each_silence_moves_the_belief_a_little_towards_bad_faith():
    beliefs = [
        believe(debtor(), reactions=reacted(*["no_answer"] * n))[0]["p_bad_faith"].iloc[0]
        for n in (0, 1, 3)
    ]

    assert beliefs[0] < beliefs[1] < beliefs[2] < 0.25


def test_a_debtor_that_changes_is_followed():
    old = reacted("missing_document", "wrong_contact", at="2024-11-20", weight=0.12)
    new = reacted("cash_wait", "plan_request", at="2026-11-20")

    before, _ = believe(debtor(), reactions=reacted("missing_document", "wrong_contact"))
    after, _ = believe(debtor(), reactions=pd.concat([old, new]))

    assert before["likeliest"].iloc[0] == "disorganised"
    assert after["likeliest"].iloc[0] == "cash_strapped"


def confirmed(on, **more):
    return believe(
        debtor(last_label="dissatisfied", last_label_on=pd.Timestamp(on), **more),
        reactions=reacted("cash_wait", "cash_wait", "plan_request"),
    )[0]


def test_a_person_s_word_outweighs_contrary_signals_and_is_forgotten_in_time():
    fresh, old = confirmed("2026-11-20"), confirmed("2023-11-20")

    assert fresh["profile"].iloc[0] == "dissatisfied"
    assert fresh["p_dissatisfied"].iloc[0] > 0.9
    assert old["likeliest"].iloc[0] == "cash_strapped"


def answered(question, answer):
    row = ["e1", pd.Timestamp(DAY), "answer", "d1", question, answer]
    return pd.DataFrame([row], columns=DECISION_COLUMNS)


def test_an_answer_moves_the_belief_as_the_screen_shows_at_once_and_is_not_asked_again():
    question = rules().questions[3]
    before, _ = believe(debtor())

    after, _ = believe(debtor(), decisions=answered(question.french, "precise_complaint"))
    shown = people.updated(before[PROFILES].to_numpy()[0], question.name, "precise_complaint")

    assert after["p_dissatisfied"].iloc[0] > before["p_dissatisfied"].iloc[0] + 0.2
    np.testing.assert_allclose(after[PROFILES].to_numpy()[0], shown)
    assert after["next_question"].iloc[0] != question.french
    with pytest.raises(KeyError, match="no answer"):
        people.updated(shown, question.name, "perhaps")


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
            "n_disputes_open": rng.integers(0, 2, n),
            "n_promises_broken": rng.integers(0, 5, n),
            "n_promises_due": 5,
            "solvency_score": np.where(rng.random(n) < 0.3, np.nan, rng.uniform(0, 100, n)),
            "last_label": rng.choice(["bad_faith", None], n, p=[0.1, 0.9]),
        }
    )
    notes = ["tréso tendue", "refuse de payer", "facture perdue", "litige qualité"]
    words = pd.concat([said(notes[i % 4], debtor=f"d{i}", at="2026-09-01") for i in range(0, n, 3)])
    kinds = ["cash_wait", "refusal", "missing_document", "no_answer"]
    reactions = pd.concat(
        [reacted(kinds[i % 4], debtor=f"d{i}", weight=rng.random()) for i in range(0, n, 2)]
    )
    return features, words, reactions


def test_contributions_and_base_add_up_to_the_published_probability():
    features, words, reactions = many()

    profiles, explanations = believe(features, words, reactions=reactions)

    summed = (
        explanations.astype({"subject_id": object})
        .groupby("subject_id")
        .agg(
            base=("base_value", "first"), moved=("contribution", "sum"), target=("target", "first")
        )
    )
    whole = (summed["base"] + summed["moved"]).reindex(profiles["debtor_id"]).to_numpy()
    np.testing.assert_allclose(whole, profiles["certainty"], atol=1e-6)
    leading = profiles[PROFILES].idxmax(axis=1).to_numpy()
    assert (summed["target"].reindex(profiles["debtor_id"]).to_numpy() == leading).all()


def test_probabilities_sum_to_one_and_rows_do_not_depend_on_order():
    features, words, reactions = many()
    profiles, explanations = believe(features, words, reactions=reactions)

    mixed, mixed_explanations = believe(
        features.sample(frac=1, random_state=1),
        words.sample(frac=1, random_state=2),
        reactions=reactions.sample(frac=1, random_state=3),
    )

    np.testing.assert_allclose(profiles[PROFILES].sum(axis=1), 1)
    pd.testing.assert_frame_equal(profiles, mixed)
    pd.testing.assert_frame_equal(explanations, mixed_explanations)


def test_all_four_probabilities_of_a_debtor_are_explained_on_demand():
    features, words, reactions = many(20)
    day = believed(features, reactions, words, NO_DECISIONS, as_of=DAY)

    told = explain(day, "d4")

    place = day.ids.get_loc("d4")
    for k, name in enumerate(PROFILES):
        mine = told[told["target"] == name]
        whole = mine["base_value"].iloc[0] + mine["contribution"].sum()
        assert whole == pytest.approx(day.probabilities[place, k], abs=1e-7)


def test_a_contribution_is_the_mean_slope_along_the_way():
    base, parts = np.log([0.4, 0.3, 0.2, 0.1]), np.array([[[1.0, 0, 0, 0], [0, 0, 2.0, -1]]])
    along = attribution(base, parts.sum(axis=1), np.array([2]))
    steps = np.linspace(0.0005, 0.9995, 1000)
    paths = posterior(base + steps[:, None] * parts.sum(axis=1))
    for j in (0, 1):
        slope = paths[:, 2] * (parts[0, j, 2] - paths @ parts[0, j])
        assert parts[0, j] @ along[0] == pytest.approx(slope.mean(), abs=1e-6)


def test_an_old_word_weighs_less_than_a_fresh_one():
    fresh, _ = believe(debtor(), said("refuse de payer", at="2026-11-20"))
    old, _ = believe(debtor(), said("refuse de payer", at="2024-11-20"))

    assert fresh["p_bad_faith"].iloc[0] > old["p_bad_faith"].iloc[0] > 0.13


def test_the_queries_forget_as_fast_as_the_rules(pytestconfig):
    sql = pytestconfig.rootpath / "pipelines" / "sql" / "features"

    for name in ("reactions.sql", "debtor_facts.sql"):
        assert f"power({rules().memory_per_week}, " in (sql / name).read_text(encoding="utf-8")


def test_the_queries_give_the_days_that_the_rules_ask_for(pytestconfig):
    query = pytestconfig.rootpath / "pipelines" / "sql" / "features" / "debtor_features.sql"
    text = query.read_text(encoding="utf-8")

    asked = {signal.dated for signal in rules().signals} - {None}

    assert len(asked) == 8
    assert {column for column in asked if f"facts.{column}," not in text} == set()


def test_signals_of_other_debtors_are_not_read():
    signs = observe(debtor("d1"), reacted("refusal", debtor="x"), said("litige", debtor="x"),
                    as_of=DAY)  # fmt: skip

    assert signs.seen.sum() == 0


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


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("disorganised", "who_pays"),
        ("cash_strapped", "instalments"),
        ("bad_faith", "firm_date"),
        ("dissatisfied", "satisfied"),
    ],
)
def test_each_profile_said_has_its_own_question_until_it_is_answered(said, asked):
    elicited = rules()
    names = {each.french: each.name for each in elicited.questions}
    p = np.full((2, 4), 0.1)
    p[:, elicited.profiles.index(said)] = 0.7

    told, worth = people.next_questions(
        p, {asked: np.array([1])}, elicited, np.array([said, said], dtype=object)
    )

    assert names[told[0]] == asked
    assert names[told[1]] != asked
    assert (worth > 0).all()


def test_in_doubt_the_question_that_settles_most_is_asked():
    elicited = rules()
    p = np.array([[0.3, 0.3, 0.2, 0.2]])
    gains = [information(p, each.likelihoods)[0] for each in elicited.questions]

    told, worth = people.next_questions(p, {}, elicited, np.array(["undetermined"], dtype=object))

    assert told[0] == elicited.questions[int(np.argmax(gains))].french
    assert worth[0] == max(gains)


def test_an_answer_named_by_an_earlier_wording_still_counts():
    for question in rules().questions:
        for earlier in (*question.formerly, question.english):
            before, _ = believe(debtor())
            after, _ = believe(debtor(), decisions=answered(earlier, question.answers[0]))

            assert not np.allclose(after[PROFILES].to_numpy(), before[PROFILES].to_numpy())
