"""Levers: only where there is something to change, never outside what was seen."""

import runpy
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_schema import codes
from models.explanations.levers import known, levers, standing
from models.recovery import fit, score

made_up = runpy.run_path(str(Path(__file__).with_name("recovery_portfolio.py")))["made_up"]


@pytest.fixture(scope="module")
def portfolio():
    features, extras, outcomes = made_up(1500)
    generator = np.random.default_rng(2)
    features["n_wrong_contact"] = generator.integers(0, 2, len(features)).astype(float)
    features["n_plans_broken"] = 0.0
    open_dispute = features["dispute_open"].to_numpy(dtype=bool)
    features["disputed_share"] = np.where(open_dispute, 0.5, 0.0)
    return features, extras, outcomes


@pytest.fixture(scope="module")
def model(portfolio):
    return fit(*portfolio, known_by=date(2025, 1, 1))


@pytest.fixture(scope="module")
def claims(portfolio):
    features = portfolio[0]
    day = features[features["day"] == features["day"].max()].drop(columns="day")
    return day.reset_index(drop=True)


@pytest.fixture(scope="module")
def made(model, portfolio, claims):
    return levers(model, claims, portfolio[1], score(model, claims, portfolio[1]))


def of(made, claims, lever):
    ids = set(made.loc[made["lever"] == lever, "claim_id"])
    return claims["claim_id"].isin(ids).to_numpy()


def test_every_lever_has_words():
    assert {lever.name for lever in known()} == set(codes("lever"))


def test_a_lever_applies_only_where_there_is_something_to_change(made, claims):
    assert (of(made, claims, "find_contact") == (claims["n_wrong_contact"] >= 1)).all()
    proven = claims["has_delivery_proof"].fillna(False).to_numpy(dtype=bool)
    assert (of(made, claims, "get_delivery_proof") == ~proven).all()
    assert not of(made, claims, "send_document").any()  # nobody said that one was missing


def test_the_figure_after_is_what_the_model_says_of_the_changed_claim(
    made, model, portfolio, claims
):
    row = made[made["lever"] == "settle_dispute"].iloc[0]
    claim = claims[claims["claim_id"] == row["claim_id"]].assign(
        dispute_open=pd.array([False], dtype="boolean"), disputed_share=0.0
    )

    again = model.predict(claim, portfolio[1]).iloc[0]

    assert row["p_90_after"] == again["p_90"]
    before = score(model, claims, portfolio[1]).set_index("claim_id").loc[row["claim_id"]]
    assert row["p_90"] == before["p_90"]
    assert row["cash_change"] == pytest.approx(
        again["expected_recovered"] - before["expected_recovered"], abs=0.005
    )


def test_every_row_says_that_it_is_an_association_and_what_it_costs(made):
    assert set(made["evidence"]) == {"association"}
    assert (made["minutes"] > 0).all()
    assert (made["cost"] > 0).all()
    assert made["same_way"].between(0.2, 1).all()
    assert not made.duplicated(["claim_id", "lever"]).any()


def test_nothing_is_asked_of_the_model_that_it_has_not_seen(model, portfolio, claims):
    never = claims.assign(has_delivery_proof=pd.array([None] * len(claims), dtype="boolean"))

    made = levers(model, never, portfolio[1], score(model, never, portfolio[1]))

    assert not (made["lever"] == "get_delivery_proof").any()


def test_insolvent_claims_and_published_curves_have_no_lever(model, portfolio, claims):
    gone = claims.assign(in_insolvency=True)

    assert levers(model, gone, portfolio[1], score(model, gone, portfolio[1])).empty
    assert levers(None, claims, portfolio[1], score(None, claims, portfolio[1])).empty
    nothing = claims.head(0)
    assert levers(model, nothing, portfolio[1], score(model, nothing, portfolio[1])).empty


def test_claims_looked_at_part_by_part_have_the_levers_of_the_whole(made, model, portfolio, claims):
    parts = [claims.iloc[:5], claims.iloc[5:]]
    seen = sum(map(standing, parts), Counter())

    apart = [
        levers(model, part, portfolio[1], score(model, part, portfolio[1]), seen=seen)
        for part in parts
    ]

    filled = pd.concat([part for part in apart if len(part)])
    whole = filled.sort_values(["claim_id", "lever"], ignore_index=True)
    pd.testing.assert_frame_equal(whole, made)
