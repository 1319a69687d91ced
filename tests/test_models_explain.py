import runpy
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from models.explain import COLUMNS, UNEXPLAINED, explain_recovery
from models.recovery import RecoveryModel, score
from models.recovery.hazard import Inputs

NO_EXTRAS = pd.DataFrame(columns=["claim_id", "name", "numeric", "number_value", "text_value"])
made_up = runpy.run_path(str(Path(__file__).with_name("recovery_portfolio.py")))["made_up"]


@pytest.fixture(scope="module")
def portfolio():
    return made_up(2000)


@pytest.fixture(scope="module")
def model(portfolio):
    """The logistic engine: trees are explained by a surrogate, tested beside it."""
    return RecoveryModel(trees_from=10**9).fit(*portfolio, known_by=date(2025, 1, 1))


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


def test_points_are_the_integral_along_the_straight_line(model, claims):
    few = claims.head(20)
    inputs = Inputs(model.design_, model.joined(few, NO_EXTRAS))
    engine, map_ = model.hazards_["full"], model.calibrations_["full", 90]
    weights = engine.weights(model.design_)[:4]
    start = engine.intercept + np.array(engine.bins)[:4] + model.level_["full"][0]
    usual = np.array(engine.usual)[:4]
    curve = engine.scale * (inputs.curves["full"][:, :4] - model.base_curve_[:4])
    curve += engine.ageing_then(inputs)[:, :4] - usual + engine.nearing(inputs)[:, :4]
    start = start + engine.scale * model.base_curve_[:4] + usual
    growing, ageing = engine.ageing_weights(model.design_), inputs.ageing[:, :4]
    way = inputs.matrix @ weights.T + curve
    lost = np.log(model.write_offs_.kept(inputs.joined)[:, :4])

    def chance(matrix_share, curve_share):
        moved = matrix_share @ weights.T + ageing * (matrix_share @ growing)[:, None]
        moved = moved + curve_share * curve
        kept = np.exp(curve_share * lost)
        return map_(1 - np.prod(1 - expit(start + moved) * kept, axis=1))

    base, points = model.attributed(inputs.joined)
    column = next(i for i, c in enumerate(model.design_.columns) if c.source == "debtor_late_share")
    nodes = (np.arange(400) + 0.5) / 400
    slow = np.zeros(len(few))
    for node in nodes:
        up, down = inputs.matrix * node, inputs.matrix * node
        up[:, column] += 1e-4
        down[:, column] -= 1e-4
        slope = (chance(up, node) - chance(down, node)) / 2e-4
        slow += slope * inputs.matrix[:, column] / len(nodes)

    total = chance(inputs.matrix, 1.0)
    assert sum(points.values()) + base == pytest.approx(total, abs=1e-9)
    assert points["debtor_late_share"] == pytest.approx(slow, abs=1e-4)
    assert np.abs(way).max() > 0.5


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
