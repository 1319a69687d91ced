"""In which order to seize and where to stop, against counting every order by hand or by force."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations

import numpy as np
import pytest

from law.facts import SuitFacts
from law.measures import measures
from law.overrides import histories, read
from law.parameters import replacing
from models.litigation.boxes import Box, best, ordered, weigh
from models.litigation.compare import assumptions
from models.litigation.measures import search

DAY = date(2026, 11, 26)


def suit(**changes):
    plain = {
        "amount": Decimal(6000), "as_of": DAY, "debtor_kind": "company", "has_title": True,
        "oldest_due_on": date(2026, 1, 31), "has_order": True, "solvency_score": 60,
        "vat_amount": Decimal(1000),
    }  # fmt: skip
    return SuitFacts(**(plain | changes))


def found(facts, **known):
    return search(facts, measures(facts), assumptions(), **known)


def box(code, finds, cost, cash, after=()):
    return Box(code, finds, cost, 0.0, cash, 0.0, 30, after)


def test_two_measures_weighed_by_hand():
    """Half a chance that there is anything. A: 0.8, 10 EUR, 100 EUR; B: 0.5, 10 EUR, 110 EUR.
    A alone: 0.4 x 100 - 10 = 30; then B: 0.6 x (1/6 x 0.5 x 110 - 10) = -0.5: stop after A.
    """
    a, b = box("a", 0.8, 10.0, 100.0), box("b", 0.5, 10.0, 110.0)

    assert a.index == 87.5
    assert b.index == 90.0
    assert weigh([a], 0.5, 0.0) == pytest.approx((30.0, 0.4, 10.0))
    assert weigh([a, b], 0.5, 0.0)[0] == pytest.approx(29.5)
    assert best(ordered([a, b]), 0.5, 0.0) == [a]


@pytest.mark.parametrize("seed", range(12))
def test_no_order_of_any_choice_of_measures_is_worth_more(seed):
    draw = np.random.default_rng(seed)
    boxes = [
        box(str(n), draw.uniform(0.05, 0.9), draw.uniform(5, 120), draw.uniform(50, 3000))
        for n in range(5)
    ]
    if seed % 2:
        # Land is what is left to take of a claim of 3,000: always last, and once at most.
        boxes = [replace(each, share=each.cash / 3000) for each in boxes]
        boxes[4] = replace(boxes[4], puts_off=0.85, acts=0.95)
    q, left = draw.uniform(0.05, 1.0), draw.uniform(0, 200)
    every = [
        weigh(part, q, left)[0]
        for n in range(6)
        for part in permutations(boxes, n)
        if not any(each.is_slow for each in part[:-1])
    ]

    found_best = best(ordered(boxes), q, left)

    assert weigh(found_best, q, left)[0] == pytest.approx(max(every))


def test_the_sequence_begins_with_the_accounts_and_ends_where_nothing_is_added():
    sequence = found(suit())
    advised = [each for each in sequence.attempts if each.advised]

    assert [each.code for each in advised] == ["accounts", "vehicle", "movables", "mortgage"]
    quick = [each.index for each in advised[:-1]]
    assert quick == sorted(quick, reverse=True)
    assert all(each.net > 0 for each in advised)
    assert all(each.net <= 0 for each in sequence.attempts if not each.advised)
    assert sequence.gain == pytest.approx(sequence.net - sequence.write_off)
    assert sequence.gain > 0


def test_together_the_measures_find_as_often_as_was_published():
    for chance in (0.05, 0.4, 0.95):
        facts = suit(amount=Decimal(2000000), vat_amount=Decimal(0))
        sequence = found(facts, chance=chance)
        assert all(each.advised for each in sequence.attempts if each.code != "mortgage")
        missed = np.prod([1 - each.chance for each in sequence.attempts if each.advised])
        assert 1 - missed == pytest.approx(chance, abs=1e-6)


def test_a_consumer_may_lose_wages_and_a_company_has_none():
    consumer = found(suit(debtor_kind="consumer", solvency_score=80))

    assert "wages" in [each.code for each in consumer.attempts]
    assert "wages" not in [each.code for each in found(suit()).attempts]
    assert "property" not in [each.code for each in consumer.attempts]


def land(**changes):
    """A large claim on a company whose land the registry found."""
    return found(suit(**({"amount": Decimal(40000), "has_land": True} | changes)))


def test_land_comes_after_the_quick_measures_and_by_one_way_only():
    for last, sequence in (
        ("property", found(suit(amount=Decimal(200000)))),
        ("property", land(solvency_score=15)),
        ("mortgage", land(amount=Decimal(20000))),
    ):
        codes = [each.code for each in sequence.attempts if each.advised]
        assert codes[-1] == last
        assert not {"mortgage", "property"} & set(codes[:-1])
        net = {each.code: each.net for each in sequence.attempts}
        assert net[last] == max(net["mortgage"], net["property"]) > 0


def test_land_that_was_found_pays_as_often_as_its_acts_do_whatever_failed_before():
    """A mortgage pays .35 in 30 months, so .0825 in six; then a seizure .65 of the rest: .6789."""
    early = 1 - 0.65 ** (6 / 30)
    for sequence in (land(), land(solvency_score=15)):
        chance = {each.code: each.chance for each in sequence.attempts}
        assert chance["mortgage"] == pytest.approx(0.35)
        assert chance["property"] == pytest.approx(early + (1 - early) * 0.65)
    # The other measures together find as often as was published.
    rich = suit(amount=Decimal(2000000), vat_amount=Decimal(0), has_land=True)
    quick = [each for each in found(rich, chance=0.4).attempts if each.days < 700]
    assert all(each.advised for each in quick)
    assert np.prod([1 - each.chance for each in quick]) == pytest.approx(0.6)


def test_what_asking_the_registry_costs_is_all_that_is_paid_where_there_is_no_land():
    """12 EUR in any case; acts of 420 EUR, over .35, where land is found and it pays."""
    asked = found(suit(amount=Decimal(40000)))
    (mortgage,) = [each for each in asked.attempts if each.code == "mortgage"]

    assert mortgage.cost == pytest.approx(12 + mortgage.chance / 0.35 * 420)
    assert asked.chance < land().chance


def test_a_client_may_put_its_own_chance_that_a_seizure_of_land_pays():
    own = """
- parameter: land.seizure_pays
  from: 2026-01-01
  value: {low: 0.01, central: 0.02, high: 0.05}
  reason: "nine of our sales were eaten up by the bank"
  by: Claire Morel
  decided_on: 2026-11-01
"""
    with replacing(histories(read(own, "own.yaml"))):
        codes = [each.code for each in land().attempts if each.advised]

    assert codes[-1] == "mortgage"


@pytest.mark.parametrize(
    ("parameter", "value", "has_land", "weighed"),
    [
        ("mortgage_pays", 0, True, {"property"}),
        ("mortgage_months", 0, None, {"mortgage", "property"}),
        ("land_of_business", 0, None, set()),
        ("land_reach", 0, True, set()),
        ("mortgage_pays", 1, True, {"mortgage", "property"}),
    ],
)
def test_a_client_who_holds_a_chance_of_land_for_none_or_certain_still_sees_its_measures(
    parameter, value, has_land, weighed
):
    own = f"""
- parameter: land.{parameter}
  from: 2026-01-01
  value: {{low: {value}, central: {value}, high: {value}}}
  reason: "what our own sales of land showed"
  by: Claire Morel
  decided_on: 2026-11-01
"""
    with replacing(histories(read(own, "own.yaml"))):
        codes = {each.code for each in land(has_land=has_land).attempts}

    assert codes & {"mortgage", "property"} == weighed
    assert "account" in " ".join(codes)


def test_movables_of_a_small_claim_never_come_before_accounts_and_wages():
    facts = suit(debtor_kind="consumer", amount=Decimal(500), solvency_score=80)
    order = [each.code for each in found(facts).attempts]

    assert order.index("movables") > max(order.index("accounts"), order.index("wages"))
    late = box("late", 0.9, 1.0, 5000.0, after=("first",))
    assert best(ordered([late, box("first", 0.01, 900.0, 10.0)]), 1.0, 0.0)[-1] == late


def test_a_claim_too_small_for_any_act_is_left():
    sequence = found(suit(amount=Decimal(90), vat_amount=Decimal(15), solvency_score=10))

    assert not sequence.is_advised
    assert (sequence.cost, sequence.chance, sequence.gain) == (0, 0, 0)


def test_seizures_that_brought_nothing_lower_what_the_next_may_bring():
    fresh, tried = found(suit()), found(suit(), n_fruitless=2)

    assert tried.chance < fresh.chance
    assert tried.gain < fresh.gain


@pytest.mark.parametrize(
    "changes", [{"insolvency": "liquidation"}, {"approved": False}, {"debtor_kind": "public"}]
)
def test_nothing_is_weighed_where_nothing_may_be_seized(changes):
    assert found(suit(**changes)) is None


def test_as_much_is_within_reach_of_a_sole_trader_as_of_a_company():
    """What a suit counts on (`scales`) and what the measures share out are of one kind."""
    cash = {
        kind: {each.code: each.cash for each in found(suit(debtor_kind=kind)).attempts}
        for kind in ("company", "sole_trader", "consumer")
    }

    assert cash["sole_trader"]["accounts"] == cash["company"]["accounts"]
    assert cash["consumer"]["accounts"] < 0.95 * cash["company"]["accounts"]
