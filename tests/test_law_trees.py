"""Courses as trees: the same chances and costs as the terms, in the order in which they happen."""

from datetime import date
from decimal import Decimal

import pytest

from data_schema.contract import codes
from law import trees
from law.facts import SuitFacts
from law.gates import COURSES, OUT_OF_COURT
from law.schedule import limits
from law.terms import course_terms
from law.trees import Turn, ways
from law.words import words


def facts(**changes):
    plain = {
        "amount": Decimal(4000), "as_of": date(2026, 11, 21), "debtor_kind": "company",
        "oldest_due_on": date(2026, 1, 31), "has_order": True,
    }  # fmt: skip
    return SuitFacts(**(plain | changes))


def turns(turn):
    if isinstance(turn, Turn):
        yield turn
        yield from turns(turn.yes)
        yield from turns(turn.no)


@pytest.mark.parametrize("course", COURSES)
@pytest.mark.parametrize("kind", codes("debtor_kind"))
def test_every_course_is_a_small_tree_whose_ends_are_certain_together(course, kind):
    case = facts(debtor_kind=kind, amount=Decimal(12000))
    tree = trees.tree(course, case, (Decimal("0.2"), Decimal("0.5")))
    found = list(ways(tree))

    assert sum(way.chance for way in found) == 1
    assert len(found) <= 6
    assert {way.end for way in found} <= set(words()["ends"])
    assert {turn.code for turn in turns(tree)} <= set(words()["turns"]) & set(words()["turns_no"])
    assert {line.code for turn in turns(tree) for line in turn.costs} <= set(words()["costs"])


@pytest.mark.parametrize("course", [each for each in COURSES if each not in OUT_OF_COURT])
def test_a_tree_costs_and_titles_what_its_terms_say(course):
    case = facts(amount=Decimal(60000), headcount=300, postcode="75001",
                 turnover=Decimal("9e8"), profit=Decimal("9e6"))  # fmt: skip
    terms = course_terms(course, case)
    found = list(ways(trees.tree(course, case)))
    opposed = terms.p_granted.central * terms.p_opposed.central
    titled = terms.p_granted.central - opposed * (1 - terms.p_won_if_opposed.central)

    assert sum(w.chance for w in found if w.end in ("paid", "unpaid")) == titled
    # The service of an order is paid once it is granted; terms count it in the advance.
    served = 0
    if course in ("payment_order", "european_order"):
        [line] = trees.tree(course, case).yes.costs
        served = line.amount.central * (1 - terms.p_granted.central)
    expected = (
        terms.advance_cost.central
        - served
        + opposed * terms.contested_extra_cost.central
        + titled * terms.enforcement_cost.central
    )
    assert abs(sum(w.chance * w.outlay for w in found) - expected) < Decimal("1e-18")


def test_a_payment_order_by_hand():
    """Claim 4 000 EUR, creditor deducting VAT, priors of 2026: granted .90, opposed .08, won .85.

    Paid without opposition: .90 x .92 x .475 = .393300 (enforced: midway between .25 and .70);
    outlay 30.23 / 1.2 + (25.79 x 2 + 9.40) + 21.50 + (44.05 x 2 + 9.40) + 21.50 = 226.6717 EUR.
    """
    found = {(way.answers, way.end): way for way in ways(trees.tree("payment_order", facts()))}
    quiet = found[((("granted", True), ("opposed", False), ("enforced", True)), "paid")]

    assert quiet.chance == Decimal("0.393300")
    assert round(quiet.outlay, 4) == Decimal("226.6717")
    # 115 days to an enforceable order, 60 to seize.
    assert quiet.days == 175
    refused = found[((("granted", False),), "refused")]
    assert (refused.chance, refused.days) == (Decimal("0.10"), 36)
    assert round(refused.outlay, 2) == Decimal("25.19")


def test_an_opposition_adds_the_registry_and_above_ten_thousand_euros_the_lawyer():
    """Deposit 90 / 1.2 = 75 EUR; above 10 000 EUR also 3 500 EUR of lawyer before tax."""
    below, above = (
        trees.tree("payment_order", facts(amount=Decimal(amount))).yes.yes
        for amount in (10000, 10001)
    )

    assert [line.code for line in below.costs] == ["tc_opposition_deposit_ttc"]
    assert sum(line.amount.central for line in below.costs) == 75
    assert sum(line.amount.central for line in above.costs) == 75 + 3500


def test_an_order_of_before_september_2026_may_be_enforced_a_month_sooner():
    older, newer = (
        course_terms("payment_order", facts(as_of=day)).days_to_title.central
        for day in (date(2026, 8, 31), date(2026, 9, 1))
    )

    assert newer - older == 30


def test_a_disputed_claim_is_won_less_often():
    quiet, disputed, bare = (
        course_terms("merits", each).p_granted.central
        for each in (facts(), facts(has_serious_dispute=True), facts(has_order=False))
    )

    assert bare < disputed < quiet


def test_vat_comes_back_for_sure_in_liquidation_only():
    case = facts(vat_amount=Decimal(666))

    assert [w.end for w in ways(trees.tree("write_off", case))] == ["unpaid"]
    liquidated = facts(vat_amount=Decimal(666), insolvency="liquidation")
    assert [w.end for w in ways(trees.tree("write_off", liquidated))] == ["vat_recovered"]


@pytest.mark.parametrize(
    ("day", "served_by"),
    [(date(2026, 7, 20), date(2027, 2, 25)), (date(2026, 8, 1), date(2026, 12, 6))],
)
def test_the_law_of_the_day_of_the_order_says_how_long_one_has_to_serve_it(day, served_by):
    """An order comes 36 days after the request: 25 August, then six months; 6 September, three."""
    limit = {each.code: each for each in limits("payment_order", facts(as_of=day))}

    assert limit["serve_order"].on == served_by
    assert limit["enforce_order"].number == (1 if day.month == 7 else 2)


@pytest.mark.parametrize("course", COURSES)
@pytest.mark.parametrize("kind", codes("debtor_kind"))
def test_every_limit_has_its_words_and_its_article(course, kind):
    for limit in limits(course, facts(debtor_kind=kind)):
        assert all("{n}" in each for each in words()["limits"][limit.code])
        assert limit.record.article


def test_an_unknown_course_is_refused():
    with pytest.raises(ValueError, match="No course 'duel'"):
        trees.tree("duel", facts())
