"""Forecasts of days gone by meet what became of the claims."""

import shutil
from datetime import date, datetime

import duckdb
import numpy as np
import pandas as pd
import pytest

from amiable.home import Home
from amiable.imports import import_sources
from amiable.logs import Steps
from amiable.runs import door_rows, run_day
from models.sanity import MOST_UNFIT
from models.strategy.tables import PROFILES
from pipelines import build, decided
from pipelines.forecasts import matured
from pipelines.ledger_signs import ledger_signs
from pipelines.publication import published
from simulation.generator import generate, write

DAY = date(2026, 10, 1)
CLAIMS = """claim_id,debtor_id,issued_on,due_on,amount
A,D1,2026-01-01,2026-02-01,100
B,D1,2026-01-01,2026-02-01,200
C,D2,2026-01-01,2026-02-01,300
E,D3,2026-01-01,2026-02-01,50
"""
DEBTORS = """debtor_id,name,postcode,siren
D1,Dupont SARL,75001,552100554
D2,DUPONT Sarl,75001,
D3,Martin SAS,33000,
"""
ACTIONS = """action_id,claim_id,at,channel,stage,tone,action,propensity
X1,A,2026-07-10T09:00:00,phone,reminder,courteous,call,0.4
X2,B,2026-07-10T09:00:00,phone,reminder,courteous,call,0.4
X3,A,2026-08-20T09:00:00,email,reminder,courteous,remind,
"""
PAYMENTS = """payment_id,claim_id,paid_on,amount,method
P1,A,2026-07-15,100,transfer
P2,B,2026-09-30,200,transfer
P3,C,2026-07-10,300,credit_note
P4,E,2025-06-01,10,transfer
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("forecasts")
    told = {"claims": CLAIMS, "debtors": DEBTORS, "payments": PAYMENTS, "actions": ACTIONS}
    for name, text in told.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    home = Home.at(folder / "home", make=True)
    now = datetime(2026, 10, 1, 8)
    import_sources(home, [folder], imported_at=now, source_format="canonical")
    run_day(home, date(2026, 7, 1), started_at=now, steps=Steps())
    return home


def told(home, as_of=DAY):
    con = build.connect(None, home.store)
    try:
        for name, (columns, rows) in door_rows(home, as_of).items():
            build.put(con, name, columns, rows)
        return matured(con, home.path, as_of=as_of)
    finally:
        con.close()


def test_a_forecast_meets_its_outcome_once_its_horizon_is_over(home):
    found = told(home)
    month, quarter = (found[found["horizon"] == horizon] for horizon in (30, 90))

    # A paid in 14 days; C was credited, which says nothing; E is still open.
    assert month.set_index("debtor_id")["observed"].to_dict() == {"D1": 1, "D3": 0}
    assert month["n"].sum() == 3
    assert set(found["horizon"]) == {30, 90} | ({60} & set(found["horizon"]))
    # B came on the 91st day.
    assert quarter.set_index("debtor_id")["observed"].to_dict() == {"D1": 1, "D3": 0}


def test_a_horizon_that_is_not_over_tells_nothing(home):
    assert told(home, date(2026, 7, 20)).empty


def test_a_home_without_history_has_no_forecasts(home, tmp_path):
    shutil.copy(home.store, tmp_path / "store.duckdb")

    assert told(Home.at(tmp_path)).empty


def test_the_day_publishes_what_was_watched(home):
    with duckdb.connect(str(published(home.path)), read_only=True) as con:
        assert con.execute("select count(*) from mart.watch").fetchall() == [(0,)]


def test_one_name_in_one_town_and_a_payment_before_its_invoice_are_signs(home):
    signs, groups = ledger_signs(home.store, door_rows(home, DAY), known_by=DAY)

    assert groups == {"D2": "D1"}
    assert signs["shared_identities"] == 0.75
    # P4 was made seven months before its invoice; the credit note is no payment.
    assert signs["unfit_payments"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(("share", "refused"), [(0.0, False), (0.2, True)])
def test_payments_shuffled_among_the_claims_of_a_ledger_are_seen(tmp_path, share, refused):
    write(generate(n_claims=400, seed=5, as_of=DAY), tmp_path)
    path = tmp_path / "ledger" / "payments.csv"
    payments = pd.read_csv(path, dtype=str)
    generator = np.random.default_rng(0)
    moved = payments["claim_id"].notna() & (generator.random(len(payments)) < share)
    payments.loc[moved, "claim_id"] = generator.permutation(payments.loc[moved, "claim_id"])
    payments.to_csv(path, index=False)
    home = Home.at(tmp_path / "home", make=True)
    import_sources(home, [tmp_path / "ledger"], imported_at=datetime(2026, 10, 1, 8))

    signs, _ = ledger_signs(home.store, door_rows(home, DAY), known_by=DAY)

    assert (signs["unfit_payments"] > MOST_UNFIT) == refused


def points(home, as_of=DAY, days=(date(2026, 7, 1),)):
    found = decided.decision_points(home.store, door_rows(home, as_of), list(days), as_of=as_of)
    return found.set_index(["debtor_id", found["day"].dt.date])


def test_a_decision_knows_the_morning_and_counts_what_came_in_the_month_after(home):
    found = points(home)
    waited = found.loc[("D1", date(2026, 7, 1))]
    called = found.loc[("D1", date(2026, 7, 10))]
    credited = found.loc[("D2", date(2026, 7, 1))]

    assert (waited["open_eur"], waited["days_overdue"], waited["n_claims"]) == (300, 150, 2)
    assert (waited["cash_30"], waited["cash_90"]) == (100, 100)
    assert pd.isna(waited["channel"])
    assert waited["dose"] == pytest.approx(21 / 30)
    assert (called["channel"], called["action"], called["propensity"]) == ("phone", "call", 0.4)
    assert (called["n_contacts"], called["dose"]) == (0, 1)
    assert credited["cash_90"] == 0


def test_later_contacts_are_points_and_those_before_the_first_day_are_not(home):
    assert ("D1", date(2026, 8, 20)) in points(home).index
    late = points(home, days=(date(2026, 8, 1),))
    assert ("D1", date(2026, 7, 10)) not in late.index
    assert late.loc[("D1", date(2026, 8, 1)), "days_since_contact"] == 22
    assert late.loc[("D1", date(2026, 8, 1)), "cash_before"] == 100


def test_a_decision_sees_nothing_known_later(home):
    early = points(home, as_of=date(2026, 7, 12))

    assert early.loc[("D1", date(2026, 7, 1)), "cash_30"] == 0
    assert early.loc[("D1", date(2026, 7, 1)), "observed_days"] == 11
    assert ("D1", date(2026, 8, 20)) not in early.index


def test_what_runs_advised_is_told_by_debtor_with_its_chance_and_the_belief_of_then(home):
    advised = decided.choices(home.path, as_of=DAY)

    assert advised["debtor_id"].tolist() == ["D1", "D2", "D3"]
    assert advised["propensity"].between(0, 1).all()
    assert advised["propensity_wait"].between(0, 1).all()
    assert advised[[f"p_{name}" for name in PROFILES]].notna().to_numpy().all()
    assert decided.choices(home.path, as_of=date(2026, 6, 30)).empty
    assert decided.choices(home.path / "nowhere", as_of=DAY).empty
