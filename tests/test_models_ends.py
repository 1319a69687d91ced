"""How claims end: open claims count, late entries count late, disputes end nothing."""

import numpy as np
import pandas as pd
import pytest

from models.recovery.ends import DAYS, ENDS, EVER, FROM_AGES, SHOWN, counts, ends, occupied

RATES = {"paid": 0.006, "written_off": 0.001, "insolvency": 0.0006, "litigation": 0.0004}
DISPUTE, SETTLED, PAID_DISPUTED = 0.002, 0.02, 0.002


def stays(*rows):
    """Rows (claim, state, from, to, became) of debtors of their own."""
    frame = pd.DataFrame(rows, columns=["claim_id", "state", "from_days", "to_days", "became"])
    return frame.assign(
        debtor_id=frame["claim_id"], debtor_kind="company", headcount=5, amount_eur=100.0
    )


def world(n, seed, *, per_debtor=1):
    """Claims with constant hazards by day, half of them followed for less than a year and a
    third seen only from some day on; those that ended before are not there."""
    rng = np.random.default_rng(seed)
    rows = []
    enters = np.where(rng.random(n) < 1 / 3, rng.integers(1, 200, n), 0)
    leaves = np.where(rng.random(n) < 0.5, rng.integers(30, 365, n), 760)
    waits = rng.random((n, 12))
    for i in range(n):
        day, state = 0.0, "open"
        for wait in waits[i]:
            exits = (
                {**RATES, "disputed": DISPUTE}
                if state == "open"
                else {"paid": PAID_DISPUTED, "open": SETTLED}
            )
            total = sum(exits.values())
            stop = int(np.ceil(day - np.log(1 - wait) / total))
            became = rng.choice(list(exits), p=np.array(list(exits.values())) / total)
            seen_from, seen_to = max(day, enters[i]), min(stop, leaves[i])
            if seen_to > seen_from:
                what = became if stop <= leaves[i] else "censored"
                rows.append((f"c{i}", state, int(seen_from), int(seen_to), what))
            day, state = stop, became
            if became in ENDS or stop >= leaves[i]:
                break
    made = stays(*rows)
    return made.assign(
        debtor_id="d" + (made["claim_id"].str[1:].astype(int) // per_debtor).astype(str)
    )


def truth(days):
    """Share in each state of SHOWN after so many days, from the hazards of a day."""
    here, ended = np.array([1.0, 0.0]), dict.fromkeys(ENDS, 0.0)
    open_exit = 1 - np.exp(-(sum(RATES.values()) + DISPUTE))
    held_exit = 1 - np.exp(-(PAID_DISPUTED + SETTLED))
    for _ in range(days):
        from_open, from_held = here[0] * open_exit, here[1] * held_exit
        for name, rate in RATES.items():
            ended[name] += from_open * rate / (sum(RATES.values()) + DISPUTE)
        ended["paid"] += from_held * PAID_DISPUTED / (PAID_DISPUTED + SETTLED)
        to_held = from_open * DISPUTE / (sum(RATES.values()) + DISPUTE)
        back = from_held * SETTLED / (PAID_DISPUTED + SETTLED)
        here = here + np.array([back - from_open, to_held - from_held])
    return {**ended, "disputed": here[1], "open": here[0]}


@pytest.fixture(scope="module")
def found():
    return ends(world(3000, 1))


def at(found, days, *, segment="all", from_age=0):
    kept = found[(found["segment"] == segment) & (found["from_age"] == from_age)]
    return kept[kept["days"] == days].set_index("state")


def test_the_estimate_is_aalen_and_johansens_by_hand():
    four = stays(
        ("a", "open", 0, 10, "paid"),
        ("b", "open", 0, 12, "disputed"),
        ("b", "disputed", 12, 40, "paid"),
        ("c", "open", 11, 20, "written_off"),
        ("d", "open", 0, 15, "censored"),
    )

    share = occupied(counts(four, np.zeros(5, dtype=int), 1), 0)[0]
    told = dict(zip((*SHOWN, EVER), share[DAYS.index(45)], strict=True))

    # 1/3 pay on day 10; c came on day 11, so on day 12 one of three is disputed; on day 20 c alone
    # is left undisputed; the disputed one pays on day 40.
    disputed = 2 / 3 * 1 / 3
    assert told == pytest.approx(
        dict.fromkeys((*SHOWN, EVER), 0.0)
        | {"paid": 1 / 3 + disputed, "written_off": 2 / 3 - disputed, EVER: disputed}
    )


def test_states_sum_to_one_and_ends_only_grow(found):
    summed = found[found["state"] != EVER].groupby(["segment", "from_age", "days"])["share"].sum()

    assert np.allclose(summed, 1)
    for _, line in found[found["state"].isin(ENDS)].groupby(["segment", "from_age", "state"]):
        assert (line["share"].diff().dropna() >= -1e-12).all()


def test_with_half_censored_and_a_third_taken_over_late_the_truth_is_found(found):
    for days in (90, 365):
        line = at(found, days)
        for state, share in truth(days).items():
            assert line.loc[state, "share"] == pytest.approx(share, abs=0.02)
            assert line.loc[state, "low"] - 0.01 < share < line.loc[state, "high"] + 0.01


def test_a_stock_still_unpaid_at_an_age_is_told_from_there_on(found):
    # Hazards without memory: but for the disputes then running, old claims fare as new ones.
    old = at(found, 180, from_age=180)

    assert old.loc["paid", "share"] == pytest.approx(truth(180)["paid"], abs=0.04)
    assert at(found, 0, from_age=180).loc["disputed", "share"] > 0.03
    assert set(found["from_age"]) <= set(FROM_AGES)


def test_in_a_young_ledger_ended_claims_alone_would_say_twice_as_much_paid(found):
    whole = world(1500, 4)
    young = whole[whole["from_days"] < 61].assign(
        became=lambda rows: rows["became"].where(rows["to_days"] < 61, "censored"),
        to_days=lambda rows: rows["to_days"].clip(upper=61),
    )

    line = at(ends(young), 60)

    assert line.loc["paid", "share"] == pytest.approx(truth(60)["paid"], abs=0.03)
    assert line.loc["paid", "closed_only"] > 2 * truth(60)["paid"]
    assert found.loc[found["state"].isin(["open", "disputed", EVER]), "closed_only"].isna().all()


def test_the_interval_knows_that_claims_of_a_debtor_end_together():
    alone = world(600, 2)
    copied = pd.concat([alone.assign(claim_id=alone["claim_id"] + f"/{i}") for i in range(4)])

    one, four = at(ends(alone), 90), at(ends(copied), 90)

    assert four.loc["paid", "share"] == pytest.approx(one.loc["paid", "share"])
    width = [line.loc["paid", "high"] - line.loc["paid", "low"] for line in (one, four)]
    assert width[1] == pytest.approx(width[0], rel=0.01)


def test_what_never_happened_may_still_happen(found):
    line = at(found, 365).loc["credited"]

    assert (line["share"], line["low"]) == (0, 0)
    assert 0 < line["high"] < 0.01


def test_few_claims_or_none_say_nothing():
    few = stays(*[(f"c{i}", "open", 0, 30, "paid") for i in range(49)])

    assert ends(few).empty
    assert ends(few.head(0)).empty
    assert list(ends(few).columns) == list(ends(world(200, 3)).columns)


def test_days_that_hardly_anybody_lived_to_see_are_left_out():
    short = stays(*[(f"c{i}", "open", 0, 100, "censored") for i in range(60)])

    assert ends(short)["days"].max() == 90
