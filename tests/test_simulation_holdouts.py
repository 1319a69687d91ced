"""Accounts that a demonstration adds: debtors who can pay and pay nobody without a judge."""

from datetime import date, datetime

import pandas as pd
import pytest

from amiable.home import Home
from amiable.imports import import_sources
from amiable.logs import Steps
from amiable.runs import run_day
from law.conduct import STAGE_RANK
from law.facts import PROOFS
from pipelines.warehouse import Warehouse
from simulation.generator import generate, write
from simulation.holdouts import with_holdouts
from simulation.names import luhn_digit

DAY = date(2026, 11, 27)
SIZE = {"n_claims": 200, "seed": 7, "as_of": DAY}


@pytest.fixture(scope="module")
def plain():
    return generate(**SIZE)


@pytest.fixture(scope="module")
def added(plain):
    """Of each table the rows that were added."""
    made = with_holdouts(plain, **SIZE)
    return {name: table.iloc[len(plain.tables[name]) :] for name, table in made.tables.items()}


def test_the_rows_of_the_others_stay_as_they_are_and_the_same_arguments_give_the_same(plain, added):
    made, again = (with_holdouts(plain, **SIZE) for _ in range(2))

    for name, table in plain.tables.items():
        kept = made.tables[name].iloc[: len(table)][list(table.columns)]
        pd.testing.assert_frame_equal(kept, table, check_dtype=False)
        pd.testing.assert_frame_equal(made.tables[name], again.tables[name])
    assert {name for name, table in added.items() if len(table)} == {
        "debtors", "claims", "actions", "interactions", "documents",
    }  # fmt: skip
    assert len(added["debtors"]) == 2


def test_each_invoice_is_old_proved_and_chased_step_by_step(added):
    claims, actions = added["claims"], added["actions"]
    late = (pd.Timestamp(DAY) - pd.to_datetime(claims["due_on"])).dt.days

    assert late.between(450, 660).all()
    assert set(claims["debtor_id"]) == set(added["debtors"]["debtor_id"])
    for _, papers in added["documents"].groupby("claim_id"):
        assert PROOFS & set(papers["kind"])
    for _, chase in actions.sort_values("at").groupby("claim_id"):
        ranks = [STAGE_RANK[stage] for stage in chase["stage"]]
        assert ranks == sorted(ranks)
        assert ranks[-1] == STAGE_RANK["last_attempt"]
        notice = chase[chase["stage"] == "formal_notice"].iloc[0]
        assert notice["channel"] == "registered_letter"
        assert notice["received_on"] > notice["at"]


def test_their_numbers_belong_to_nobody(added):
    sirens = added["debtors"]["siren"].astype(int)

    assert (luhn_digit((sirens // 10).to_numpy()) != (sirens % 10).to_numpy()).all()
    assert added["debtors"]["email"].str.endswith(".example").all()
    assert (added["debtors"]["data_origin"] == "invented").all()


def test_they_are_imported_whole_and_a_suit_against_them_is_worth_it(tmp_path, plain, added):
    home = Home.at(tmp_path / "home", make=True)
    home.mark_demo(seed=7, claims=200)
    write(with_holdouts(plain, **SIZE), tmp_path / "made")
    at = datetime(2026, 11, 27, 8, 0)
    import_sources(home, [tmp_path / "made" / "ledger"], imported_at=at, strict=True)
    run_day(home, DAY, started_at=at, steps=Steps())

    with Warehouse(home.path) as warehouse:
        courses = warehouse.table("litigation")
    theirs = courses[courses["debtor_id"].isin(added["debtors"]["debtor_id"])]
    advised = theirs[theirs["recommended"].astype(bool)]
    assert len(advised) == 2
    assert set(advised["course"]) == {"payment_order"}
    assert (advised["expected_net"].astype(float) > 500).all()
