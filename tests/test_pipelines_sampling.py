"""A sample of whole debtors has the features that those debtors have among all."""

from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from amiable import learning
from amiable.home import Home
from amiable.imports import import_sources
from amiable.logs import Steps
from amiable.runs import door_rows
from data_schema import tables
from pipelines import build
from pipelines.sampling import claims_of, sample
from pipelines.store import open_store
from simulation.generator import generate, write

DAY = date(2026, 11, 20)
WANTED = ("features.claim_features", "features.claim_extras")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sampling")
    made = Home.at(folder / "home", make=True)
    made.mark_demo(seed=7, claims=500)
    write(generate(n_claims=500, seed=7, as_of=DAY), folder)
    import_sources(
        made, [folder / "ledger"], imported_at=datetime(2026, 11, 20), source_format="canonical"
    )
    return made


def features(store, home):
    con = build.connect(None, store)
    for name, (columns, rows) in door_rows(home, DAY).items():
        build.put(con, name, columns, rows)
    build.build(con, list(WANTED), as_of=DAY)
    frames = [build.frame(con, name) for name in WANTED]
    con.close()
    return frames


def rows(store):
    with open_store(store, read_only=True) as con:
        return {
            name: con.execute(f'select count(*) from "{name}"').fetchone()[0]
            for name in tables("in")
        }


def test_features_of_the_sample_are_those_among_all(home, tmp_path):
    part = sample(home.store, tmp_path / "part.duckdb", share=0.5)

    (among_all, extras_of_all), (alone, extras_alone) = (
        features(store, home) for store in (home.store, part)
    )

    assert 0.2 < len(alone) / len(among_all) < 0.8
    kept = among_all[among_all["claim_id"].isin(alone["claim_id"])]
    # The pace of a ledger is that of the debtors seen: a sample's is near, and no more.
    pace = ["debtor_expected_settled", "debtor_expected_payments"]
    pd.testing.assert_frame_equal(
        _sorted(alone).drop(columns=pace), _sorted(kept).drop(columns=pace)
    )
    pd.testing.assert_frame_equal(_sorted(alone)[pace], _sorted(kept)[pace], rtol=0.4)
    kept = extras_of_all[extras_of_all["claim_id"].isin(alone["claim_id"])]
    pd.testing.assert_frame_equal(_sorted(extras_alone), _sorted(kept))


def test_a_whole_sample_holds_everything_and_an_empty_one_no_debtor(home, tmp_path):
    whole = sample(home.store, tmp_path / "whole.duckdb", share=1)
    empty = sample(home.store, tmp_path / "empty.duckdb", share=0)

    assert rows(whole) == rows(home.store)
    held = rows(empty)
    assert {held[name] for name in ("debtors", "claims", "payments", "actions", "facts")} == {0}
    assert held["agents"] == rows(home.store)["agents"]
    assert claims_of(whole) == rows(home.store)["claims"]


def test_a_larger_sample_contains_the_smaller(home, tmp_path):
    ids = []
    for share in (0.3, 0.6):
        with open_store(
            sample(home.store, tmp_path / f"{share}.duckdb", share=share), read_only=True
        ) as con:
            ids.append({row[0] for row in con.execute("select debtor_id from debtors").fetchall()})

    assert ids[0] < ids[1]


def test_a_wrong_share_and_an_existing_file_are_refused(home, tmp_path):
    with pytest.raises(ValueError, match="between 0 and 1"):
        sample(home.store, tmp_path / "x.duckdb", share=1.5)
    with pytest.raises(FileExistsError, match="a new file"):
        sample(home.store, home.store, share=0.5)


def test_training_looks_at_a_sample_of_a_large_ledger(home, monkeypatch):
    monkeypatch.setattr(learning, "MOST_CLAIMS", 100)
    monkeypatch.setattr(learning, "snapshot_days", lambda *_: [DAY - timedelta(days=60)])
    steps = Steps()

    features, _, outcomes = learning._panel(home, DAY, steps)

    assert "a sample of about 100 of 500 claims" in steps.seconds
    assert 0 < features["claim_id"].nunique() < 250
    assert len(outcomes) == len(features)
    assert not list(home.path.glob("sample-*"))


def _sorted(frame):
    keys = [name for name in ("claim_id", "name") if name in frame.columns]
    return frame.sort_values(keys).reset_index(drop=True)
