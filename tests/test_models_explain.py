import runpy
import warnings
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from models.explain import COLUMNS, UNEXPLAINED, carried, explain_recovery, shares
from models.recovery import fit, score

made_up = runpy.run_path(str(Path(__file__).with_name("recovery_portfolio.py")))["made_up"]


@pytest.fixture(scope="module")
def portfolio():
    return made_up(2000)


@pytest.fixture(scope="module")
def model(portfolio):
    return fit(*portfolio, known_by=date(2025, 1, 1))


@pytest.fixture(scope="module")
def claims(portfolio):
    """Claims of one day: some insolvent, some of unknown date, some of known size."""
    features = portfolio[0]
    day = features[features["day"] == features["day"].max()].drop(columns="day")
    day = day.reset_index(drop=True)
    day.loc[::7, "in_insolvency"] = True
    day.loc[::5, "date_basis"] = "unknown"
    day.loc[::3, "headcount"] = 2000.0
    return day


def totals(rows, claims):
    summed = rows.groupby("subject_id").agg({"contribution": "sum", "base_value": "first"})
    return summed.sum(axis=1).reindex(claims["claim_id"]).to_numpy()


@pytest.mark.parametrize("with_model", [True, False])
def test_contributions_add_up_to_the_published_probability(with_model, model, portfolio, claims):
    used = model if with_model else None
    published = score(used, claims, portfolio[1])

    rows = explain_recovery(used, claims, portfolio[1], published)

    assert list(rows.columns) == list(COLUMNS)
    assert np.abs(totals(rows, claims) - published["p_90"].to_numpy()).max() < 2e-6
    assert rows["base_value"].nunique() == 1
    assert not rows.duplicated(["subject_id", "feature"]).any()


def test_what_is_left_unexplained_is_small(model, portfolio, claims):
    published = score(model, claims, portfolio[1])

    rows = explain_recovery(model, claims, portfolio[1], published)
    left = rows.loc[rows["feature"] == UNEXPLAINED, "contribution"].abs().sum() / len(claims)

    assert left < 0.005


def test_log_odds_are_those_of_the_shap_library(model, claims):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # shap 0.51 draws with what matplotlib will drop
        import shap
    line = model.lines_["full", 90]
    matrix = model.design_.matrix(claims)
    background = np.zeros((1, matrix.shape[1]))
    explainer = shap.LinearExplainer((np.array(line.coefficients), line.intercept), background)
    theirs = explainer.shap_values(matrix)

    mine = shares(model, line, claims)

    for name in ("solvency_score", "debtor_kind", "debtor_late_share"):
        columns = [i for i, c in enumerate(model.design_.columns) if c.source == name]
        assert mine[name] == pytest.approx(theirs[:, columns].sum(axis=1), abs=1e-9)


def test_pieces_that_cancel_have_a_limit():
    points = carried({"up": np.array([1e-12]), "down": np.array([-1e-12])}, 0.3)

    assert points["up"] == pytest.approx([0.21e-12])


def test_one_claim_is_explained_as_among_many(model, portfolio, claims):
    published = score(model, claims, portfolio[1])
    many = explain_recovery(model, claims, portfolio[1], published)
    subject = claims["claim_id"].iloc[4]

    one = explain_recovery(model, claims.iloc[[4]], portfolio[1], published)

    expected = many[many["subject_id"] == subject].reset_index(drop=True)
    assert one["contribution"].tolist() == expected["contribution"].tolist()


def test_no_claim_gives_no_row(model, portfolio, claims):
    nothing = claims.iloc[:0]

    rows = explain_recovery(model, nothing, portfolio[1], score(model, nothing, portfolio[1]))

    assert len(rows) == 0


def test_an_unknown_date_is_named_as_the_reason(portfolio, claims):
    claim = claims[(claims["date_basis"] == "unknown") & ~claims["in_insolvency"]].head(1)

    rows = explain_recovery(None, claim, portfolio[1], score(None, claim, portfolio[1]))

    reason = rows.loc[rows["contribution"].abs().idxmax()]
    assert (reason["feature"], reason["text_value"]) == ("date_basis", "unknown")
    assert reason["contribution"] < 0
