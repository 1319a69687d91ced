"""The report on suits: worlds whose truth is known, and what is read off them."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import litigation, litigation_knowable
from benchmarks.litigation_figures import DAY, judged
from benchmarks.litigation_page import page
from simulation.lawsuits import generate, worlds

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture(scope="module")
def usual():
    return generate("usual", n_suits=250, seed=5, as_of=DAY)


def test_the_same_seed_gives_the_same_suits_and_the_same_truth(usual):
    again = generate("usual", n_suits=250, seed=5, as_of=DAY)

    assert usual.truth.equals(again.truth)
    assert all(usual.frames[name].equals(again.frames[name]) for name in usual.frames)


def test_lives_of_a_suit_have_its_true_value_as_their_mean():
    lawsuits = generate("usual", n_suits=150, seed=6, as_of=DAY, draws=400, lives=400)
    truth = lawsuits.truth.pivot(index="suit_id", columns="course", values="value")

    for course in ("payment_order", "merits", "amicable"):
        lived = lawsuits.worth[course].sum()
        assert lived / 400 == pytest.approx(truth[course].sum(), rel=0.06)


def test_the_truth_of_a_world_hardly_depends_on_its_draws():
    some, many = (
        generate("hard_to_enforce", n_suits=100, seed=3, as_of=DAY, draws=n, lives=1)
        for n in (240, 1200)
    )
    amounts = np.repeat(some.seen["amount"], some.truth["course"].nunique())
    off = (some.truth["value"] - many.truth["value"]) / amounts

    assert some.frames["suits"].equals(many.frames["suits"])
    assert off.abs().max() < 0.04
    assert off.abs().mean() < 0.006


def test_agents_who_pick_bring_suits_that_end_better():
    picked = generate("cherry_picked", n_suits=10, seed=7, as_of=DAY).frames["past"]
    usual = generate("usual", n_suits=10, seed=7, as_of=DAY).frames["past"]

    known = [past["collected"].dropna().astype(float).mean() for past in (picked, usual)]
    assert known[0] > known[1] + 0.15


def test_proposed_filings_are_mostly_right_and_the_chance_of_loss_is_true(usual):
    found = judged(usual, litigation.weighed(usual))

    assert found["negative"] <= 0.1
    assert found["share"] > 0.6
    assert found["gap_all"] < 0.12


def test_who_knows_the_form_of_the_laws_knows_most_of_the_value(usual, monkeypatch):
    for name, few in (("_FIRST", 200), ("_AGAIN", 100), ("_KEPT", 12)):
        monkeypatch.setattr(litigation_knowable, name, few)
    table = litigation.weighed(usual)
    filed = litigation_knowable.knowable("usual", usual, table, 5)
    wide, sure = (judged(usual, filed[name]) for name in ("wide", "knowable"))
    at_best = filed["knowable"]

    assert wide["share"] > 0.85
    assert sure["negative"] <= 0.08
    assert sure["filed"] < wide["filed"]
    assert at_best.loc[at_best["recommended"], "admissible"].all()
    assert at_best.loc[at_best["recommended"], "suit_id"].is_unique


def test_an_oracle_s_own_filings_would_be_all_of_the_value(usual):
    table = litigation.weighed(usual)
    truth = usual.truth.set_index(["suit_id", "course"])["value"]
    keys = list(zip(table["suit_id"], table["course"], strict=True))
    value = truth.reindex(keys).to_numpy()
    table["recommended"] = False
    table["value"] = np.where(table["admissible"], value, -np.inf)
    table.loc[table.groupby("suit_id")["value"].idxmax(), "recommended"] = True

    found = judged(usual, table.drop(columns="value"))
    assert found["share"] == pytest.approx(1.0)
    assert found["negative"] == 0


def test_the_committed_page_is_that_of_its_figures():
    told = json.loads((DOCS / "litigation_report.json").read_text(encoding="utf-8"))

    assert page(told) == (DOCS / "litigation_report.md").read_text(encoding="utf-8")
    assert set(told["worlds"]) == set(worlds())
    for part in told["worlds"].values():
        part["wide"] = part["knowable"] = part["own"] | {"share": 0.84}
    assert "out of its reach, too, in: usual," in page(told).replace("\n", " ")
    assert told["quantiles"]["same_twice"]
