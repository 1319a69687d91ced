"""Reasons in words: the figures are in the sentence, and nothing is claimed to cause."""

import re

import numpy as np
import pandas as pd
import pytest

from models.explanations.encoding import group_of
from models.explanations.reasons import _told, groups, leading, reasons, sentence
from models.explanations.steadiness import agreement, gate
from models.recovery.design import GROUPS

FACTS = {
    "days_overdue": 122,
    "date_basis": "stated",
    "amount_eur": 4800.0,
    "open_amount_eur": 3000.0,
    "open_share": 0.625,
    "debtor_n_settled": 4,
    "debtor_n_settled_late": 3,
    "debtor_mean_delay_days": 22.4,
    "has_order": True,
    "has_delivery_proof": False,
    "has_terms": None,
    "debtor_kind": "company",
    "headcount": np.nan,
    "n_promises": 2,
    "n_promises_broken": 1,
    "last_outcome": "cash_wait",
}
EVERY = dict.fromkeys(groups(), -0.08)


def told(facts, language="fr", points=EVERY, extras=()):
    return {each.group: each.says for each in reasons(points, facts, language, extras)}


def test_the_sentence_carries_its_figures():
    said = told(FACTS)

    assert said["debtor_history"] == (
        "a payé 3 de ses 4 factures soldées en retard, 22 jours en moyenne"
    )
    assert said["age"] == "122 jours de retard"
    assert said["amount"] == "il reste 3\u202f000 € sur 4\u202f800 €"
    assert said["documents"] == "au dossier : commande signée ; sans preuve de livraison"
    assert said["promises"] == "1 promesse non tenue sur 2"
    assert said["kind_and_size"] == "société, effectif inconnu"
    assert said["answers"] == "dernière réponse : attend des fonds"


def test_english_says_the_same():
    said = told(FACTS, "en")

    assert said["debtor_history"] == "paid 3 of its 4 settled invoices late, 22 days on average"
    assert said["promises"] == "1 promise not kept out of 2"


def test_the_whole_sentence_ends_with_its_points():
    (found,) = reasons({"debtor_history": -0.0812}, FACTS, "fr")

    assert sentence(found, "fr").endswith("22 jours en moyenne : −8 points")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_claim_of_which_nothing_is_known_still_reads_well(language):
    said = told({}, language)

    assert set(said) == set(groups())
    assert not [text for text in said.values() if "nan" in text or "None" in text or "{" in text]


def test_every_feature_has_a_reason_with_words():
    assert {group_of(name) for name in [*GROUPS, "in_insolvency", "extra_x"]} <= set(groups())


def test_no_sentence_claims_a_cause():
    causal = re.compile(
        r"\b(car|parce que|grâce|à cause|donc|because|due to|thanks|causes?)\b", re.IGNORECASE
    )
    spoken = [
        each[language]
        for each in (s for g in _told().values() for s in g["say"])
        for language in ("fr", "en")
    ]
    assert [text for text in spoken if causal.search(text)] == []


def test_three_up_three_down_and_none_too_small():
    points = {"age": 0.2, "amount": 0.1, "plans": 0.05, "answers": 0.04, "promises": 0.001,
              "disputes": -0.3, "small": -0.1, "unexplained": -0.1}  # fmt: skip

    up, down = leading(reasons(points, FACTS, "fr"))

    assert [each.group for each in up] == ["age", "amount", "plans"]
    assert [each.group for each in down] == ["disputes"]


def test_your_own_columns_are_named_with_their_values():
    said = told({}, extras=[("région", "Sud"), ("note", 3.0), ("vide", None)])

    assert said["extra_columns"] == "vos autres données : région = Sud, note = 3, vide = inconnu"


def explained(points):
    """Explanations of claims (rows) by reasons (columns), with a rest that is no reason."""
    rows = pd.DataFrame(points, columns=["age", "amount", "plans", "disputes", "unexplained"])
    long = rows.rename_axis("subject_id").reset_index().melt("subject_id")
    return long.rename(columns={"variable": "reason_group", "value": "contribution"})


def test_reasons_that_two_models_share_agree_and_those_of_chance_do_not():
    rng = np.random.default_rng(0)
    points = rng.normal(0, 0.1, (400, 5))
    near = points + rng.normal(0, 0.02, points.shape)
    other = rng.normal(0, 0.1, points.shape)

    same, steady, chance = (
        agreement(explained(points), explained(each)) for each in (points, near, other)
    )

    assert (same.rank, same.sign, same.top, same.n) == (1, 1, 1, 400)
    assert 0.9 < steady.rank < 1
    assert 0.9 < steady.sign < 1
    assert abs(chance.rank) < 0.1
    assert 0.4 < chance.sign < 0.6
    assert gate("steady_reasons", steady).passed
    told = gate("steady_reasons", chance)
    assert not told.passed
    assert not told.blocks
    assert "avec réserve" in told.says("fr")


def test_few_claims_say_nothing_of_the_steadiness_of_reasons():
    few = explained(np.ones((19, 5)))

    assert agreement(few, few) is None
    assert gate("steady_reasons", None).passed
