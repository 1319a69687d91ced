"""The stylised facts of docs/simulation.md, with its tolerances."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from simulation import days, invoices, parties, scripts, worlds
from simulation.generator import generate
from simulation.state import State

AS_OF = date(2026, 11, 20)
TODAY = pd.Timestamp(AS_OF)


SEEDS = (21, 22, 23)


def invent(world="calm", n_claims=12_000, seed=21):
    return generate(n_claims=n_claims, seed=seed, as_of=AS_OF, world=world)


def lived(portfolio):
    """Claims due ten months or more before the day, with how they went on."""
    tables, truth = portfolio.tables, portfolio.truth
    claims = tables["claims"].drop(columns="due_on").merge(truth["claims"])
    claims = claims.merge(truth["debtors"])
    claims = claims.merge(tables["debtors"][["debtor_id", "kind", "headcount"]])
    old = claims["due_on"] < TODAY - pd.Timedelta(days=300)
    claims = claims[old & (claims["closed_as"] != "cancelled")]
    return claims.assign(delay=(claims["paid_in_full_on"] - claims["due_on"]).dt.days)


@pytest.fixture(scope="module")
def portfolios():
    return [invent(seed=seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def claims(portfolios):
    return pd.concat(
        [lived(made).assign(seed=seed) for seed, made in zip(SEEDS, portfolios, strict=True)],
        ignore_index=True,
    )


@pytest.fixture(scope="module")
def tables(portfolios):
    names = ("claims", "disputes", "promises", "interactions")
    return {name: pd.concat([made.tables[name] for made in portfolios]) for name in names}


@pytest.mark.parametrize(
    ("months", "published", "tolerance"),
    [(0, 0.94, 0.05), (3, 0.73, 0.07), (6, 0.55, 0.09), (12, 0.28, 0.10)],
)
def test_what_is_still_unpaid_is_recovered_as_published(claims, months, published, tolerance):
    unpaid = claims[claims["delay"].fillna(9999) > months * 30.4]

    recovered = unpaid["delay"].notna().mean()

    assert abs(recovered - published) <= tolerance, recovered


def test_about_half_is_paid_on_time(claims):
    assert 0.44 <= (claims["delay"] <= 0).mean() <= 0.54


def test_few_are_more_than_thirty_days_late(claims):
    assert 0.07 <= (claims["delay"].fillna(9999) > 30).mean() <= 0.15


def test_the_mean_delay_is_a_few_days_above_the_survey(claims):
    assert 11 <= claims["delay"].dropna().clip(lower=0).mean() <= 21


def test_large_firms_are_later_than_small_ones(claims):
    firms = claims[claims["kind"] == "company"].dropna(subset="headcount")
    band = pd.cut(firms["headcount"].astype(float), [-1, 3, 49, 199, 999, 10**6], labels=False)
    # Debtors weigh alike, and one old claim does not make a band.
    delay = firms["delay"].fillna(90).clip(0, 90)
    means = delay.groupby([band, firms["seed"], firms["debtor_id"]]).mean().groupby(level=0).mean()
    assert means[1] < means[3] < means[4]
    assert means[1] < means[0]
    assert means[2] < means[3]


def test_three_to_eight_claims_in_a_hundred_are_disputed(portfolios, tables):
    disputed = sum(made.tables["disputes"]["claim_id"].nunique() for made in portfolios)
    assert 0.03 <= disputed / len(tables["claims"]) <= 0.08


def test_some_disputes_are_founded_and_some_are_not(tables):
    founded = tables["disputes"]["founded"].dropna().astype(float)
    assert 0.35 <= founded.mean() <= 0.75


def test_between_half_and_three_quarters_of_promises_are_kept(tables):
    due = tables["promises"][tables["promises"]["due_on"] < TODAY]
    assert len(due) > 500
    assert 0.50 <= due["kept_on"].notna().mean() <= 0.75


def test_disorganised_debtors_keep_more_promises_than_bad_payers(portfolios):
    parts = []
    for made in portfolios:
        promises = made.tables["promises"].merge(made.tables["claims"][["claim_id", "debtor_id"]])
        parts.append(promises.merge(made.truth["debtors"]))
    promises = pd.concat(parts)
    promises = promises[promises["due_on"] < TODAY]
    kept = promises["kept_on"].notna().groupby(promises["profile"]).mean()
    assert kept["disorganised"] > kept["cash_strapped"] > kept["bad_faith"]


def test_payment_orders_end_about_as_the_ministry_counts():
    rng, world, today = np.random.default_rng(5), worlds.load("calm"), days.number(AS_OF)
    debtors = parties.draw_debtors(rng, 1500, today, world)
    drawn = invoices.draw_invoices(rng, 6000, debtors, today - 700, today, world)
    never = np.full(1500, days.NEVER)
    state = State(rng, drawn, debtors, world, never, days.public_holidays(today, today + 900))

    scripts.suit(state, np.arange(6000), np.full(6000, today))

    steps = state.events.frame("legal_steps", ("procedure", "step"))
    counts = steps[steps["procedure"] == "payment_order"]["step"].value_counts()
    granted = counts["granted"] + counts["granted_in_part"]
    assert granted / (granted + counts["rejected"]) == pytest.approx(0.74, abs=0.02)
    assert counts["granted_in_part"] / granted == pytest.approx(0.57, abs=0.03)
    assert 0.04 <= counts["opposed"] / granted <= 0.08


def test_notes_are_varied(tables):
    notes = tables["interactions"]["note"].dropna()
    assert notes.head(5000).nunique() >= 500
    assert len(notes) > 3000
    assert notes.str.contains("NRP|nrp").any()
    assert notes.str.contains("fact.", regex=False).any()


def test_silence_is_recorded(tables):
    assert (tables["interactions"]["outcome"] == "no_answer").mean() > 0.4


def test_hard_debtors_are_called_more_and_most_so_in_the_confounded_world(portfolios):
    def gap(made):
        contacts = made.tables["actions"].merge(made.tables["claims"][["claim_id", "debtor_id"]])
        contacts = contacts[contacts["stage"] == "reminder"].merge(made.truth["debtors"])
        called = contacts["channel"] == "phone"
        hard = contacts["profile"] == "bad_faith"
        return called[hard].mean() - called[~hard].mean()

    calm, confounded = gap(portfolios[0]), gap(invent("confounded_history"))
    assert calm > 0.02
    assert confounded > calm + 0.05


def test_chasing_brings_money_that_would_not_have_come(claims):
    assert claims["first_payment_on"].notna().mean() > (
        claims["first_payment_without_action_on"].notna().mean() + 0.005
    )


def test_a_crisis_is_worse_than_calm(portfolios):
    # The downturn covers the last nine months, so the claims due then show it.
    def unpaid(made):
        truth = made.truth["claims"]
        window = truth["due_on"].between(TODAY - pd.Timedelta(days=240), TODAY)
        delay = (truth["paid_in_full_on"] - truth["due_on"]).dt.days.fillna(9999)[window]
        return (delay > 30).mean()

    assert unpaid(invent("crisis")) > unpaid(portfolios[0]) + 0.03


def test_seasons_show_in_the_seasonal_world_only(tables):
    def swing(claims):
        month = claims["issued_on"].dropna().dt.month
        return month.isin([10, 11]).sum() / month.isin([5, 6]).sum()

    seasonal = invent("seasonal", n_claims=4000).tables["claims"]
    assert swing(seasonal) > swing(tables["claims"]) * 1.4


def test_a_null_tone_world_has_no_effect_of_tone():
    effects = generate(n_claims=200, seed=29, as_of=AS_OF, world="null_tone").truth["effects"]
    assert np.allclose(effects.loc[effects["what"] == "firm_tone", "log_hazard"], 0)
