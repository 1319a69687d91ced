"""After an order or a title: days to serve by, the ten years, the next step, measures open."""

from datetime import date
from decimal import Decimal

import pytest

from law.conduct import PERSON_SIGNS_FOR
from law.facts import SuitFacts
from law.measures import MEASURES, measures
from law.titles import Next, Standing, Title, clocks, interrupting, next_step, warns_on
from law.words import words

DAY = date(2026, 11, 26)


def step(*titles, **known):
    return next_step(Standing(DAY, titles, **({"debtor_kind": "company"} | known)))


def titled(**changes):
    """A judgment of 26 January 2017, served five weeks later: nine years and ten months old."""
    title = Title("merits", won_on=date(2017, 1, 26), served_on=date(2017, 3, 1))
    known = {
        "title_on": title.won_on, "enforceable_on": title.served_on, "ends_on": date(2027, 1, 26),
    }  # fmt: skip
    return step(title, **(known | changes))


def suit(**changes):
    plain = {
        "amount": Decimal(4000), "as_of": DAY, "debtor_kind": "company", "has_title": True,
        "oldest_due_on": date(2026, 1, 31), "has_order": True,
    }  # fmt: skip
    return SuitFacts(**(plain | changes))


@pytest.mark.parametrize(
    ("granted_on", "code", "by"),
    [
        (date(2026, 8, 31), "serve_order", date(2027, 2, 28)),
        (date(2026, 9, 1), "serve_order", date(2026, 12, 1)),
        (date(2026, 5, 26), "serve_order", DAY),
        (date(2026, 5, 25), "order_void", date(2026, 11, 25)),
    ],
)
def test_the_day_of_the_order_decides_by_when_it_is_served(granted_on, code, by):
    found = step(Title("payment_order", granted_on))

    assert (found.code, found.on, found.since) == (code, by, granted_on)
    assert found.lapses == (code == "serve_order")
    assert found.record.article == "art. 1411 CPC"


@pytest.mark.parametrize(
    ("granted_on", "enforced_on", "papers"),
    [
        (date(2021, 6, 1), date(2021, 7, 10), ["certificate_from", "formula_until"]),
        (date(2026, 8, 31), date(2026, 10, 15), ["certificate_from"]),
        (date(2026, 9, 1), date(2026, 11, 15), []),
    ],
)
def test_papers_of_the_registry_follow_the_day_of_the_order(granted_on, enforced_on, papers):
    served_on = date(2021, 6, 10) if granted_on.year == 2021 else date(2026, 9, 15)
    order = Title("payment_order", granted_on, served_on=served_on)
    found = {each.code: each for each in clocks(Standing(DAY, (order,), "company"))}

    assert found["enforce_from"].on == enforced_on
    assert [each for each in found if each in ("certificate_from", "formula_until")] == papers
    assert all(found[each].record.verify for each in papers)


def test_a_title_of_nine_years_and_ten_months_is_to_be_enforced_before_it_dies():
    found = titled()

    assert (found.code, found.on, found.lapses) == ("seize_before", date(2027, 1, 26), True)
    assert found.record.article == "art. L111-4 CPCE"
    assert warns_on(date(2027, 1, 26)) == date(2026, 1, 26)
    assert titled(ends_on=date(2030, 1, 26)).code == "seize"
    assert titled(ends_on=DAY).code == "title_over"


@pytest.mark.parametrize(("kind", "before"), [("company", 2021), ("consumer", 2024)])
def test_interest_since_the_title_keeps_the_period_of_its_own(kind, before):
    known = Standing(
        DAY, (Title("merits", won_on=date(2017, 1, 26)),), kind,
        title_on=date(2017, 1, 26), ends_on=date(2027, 1, 26),
    )  # fmt: skip
    found = {each.code: each.on for each in clocks(known)}

    assert found["interest_before"] == date(before, 11, 26)
    assert found["title_until"] == date(2027, 1, 26)


def test_what_begins_the_ten_years_anew_is_what_the_law_file_says():
    told = interrupting(DAY, "professional")

    assert {"seized", "acknowledgment", "part_payment", "signed_plan"} <= set(told)
    assert not {"formal_notice", "written_reminder", "action"} & set(told)


@pytest.mark.parametrize(
    ("known", "code", "on"),
    [
        ({"insolvency": "liquidation", "declare_by": date(2026, 12, 20)}, "declare",
         date(2026, 12, 20)),
        ({"insolvency": "receivership", "declare_by": date(2026, 10, 1)}, "declare_late",
         date(2026, 10, 1)),
        ({"insolvency": "liquidation", "is_declared": True}, "follow_proceedings", None),
        ({"insolvency": "over_indebtedness"}, "answer_commission", None),
        ({"debtor_kind": "public"}, "public_route", None),
        ({"approved": False}, "refused", date(2027, 1, 26)),
        ({"is_unenforceable": True}, "certify", None),
        ({"seized_on": date(2026, 11, 10)}, "wait_contest", date(2026, 12, 10)),
        ({"is_vulnerable": True, "ends_on": date(2035, 1, 26)}, "plan_first", None),
        ({"country": "BE", "ends_on": date(2035, 1, 26)}, "enforce_abroad", None),
        ({"advised": "agency", "ends_on": date(2035, 1, 26)}, "other_course", None),
    ],
)  # fmt: skip
def test_what_forbids_or_delays_a_seizure_comes_before_it(known, code, on):
    found = titled(**known)

    assert (found.code, found.on) == (code, on)


def test_an_opposition_puts_the_order_before_the_court_until_a_judgment_replaces_it():
    order = Title("payment_order", date(2026, 6, 1), None, date(2026, 6, 20), date(2026, 7, 1))
    won = Title("payment_order", date(2026, 6, 1), date(2026, 11, 1), None, date(2026, 7, 1))

    assert step(order).code == "await_judgment"
    found = step(won, title_on=date(2026, 11, 1), ends_on=date(2036, 11, 1))
    assert (found.code, found.on) == ("serve_judgment", date(2027, 5, 1))


def test_an_order_for_a_part_is_served_only_by_whoever_lets_the_rest_go():
    found = step(Title("payment_order", date(2026, 9, 2), in_part=True))

    assert (found.code, found.on, found.lapses) == ("serve_part", date(2026, 12, 2), True)


def test_of_several_decisions_the_first_to_lapse_is_told():
    late, soon = Title("payment_order", date(2026, 8, 1)), Title("payment_order", date(2026, 9, 2))

    assert step(late, soon).on == date(2026, 12, 2)
    # A judgment that can be enforced makes an order that was let go harmless.
    old = Title("payment_order", date(2025, 1, 2))
    won = Title("merits", won_on=date(2026, 1, 2), served_on=date(2026, 2, 2))
    stands = {"title_on": won.won_on, "enforceable_on": won.served_on}
    assert step(old, won, ends_on=date(2036, 1, 2), **stands).code == "seize"


def test_every_step_and_clock_has_its_words():
    codes = {each.code for each in clocks(Standing(DAY, (Title("payment_order", DAY),)))}
    blanks = {"on": "1", "since": "2", "course": "3"}

    assert codes <= set(words()["running"])
    assert set(words()["measures"]) == set(MEASURES)
    for pair in words()["next_steps"].values():
        assert all(text.format(**blanks) for text in pair)
    assert Next("seize").code in words()["next_steps"]


@pytest.mark.parametrize(
    ("kind", "open_"),
    [
        ("company", set(MEASURES) - {"wages"}),
        ("consumer", set(MEASURES) - {"property"}),
        ("sole_trader", set(MEASURES) - {"wages", "property"}),
        ("public", set()),
    ],
)
def test_the_kind_of_debtor_opens_its_measures(kind, open_):
    found = measures(suit(debtor_kind=kind, amount=Decimal(15000)))

    assert {each.code for each in found if each.closed is None} == open_
    noted = {code for each in found for code, _ in each.notes}
    assert ("protected_balance" in noted) == (kind in PERSON_SIGNS_FOR)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"insolvency": "liquidation"}, "debtor_insolvent"),
        ({"approved": False}, "suit_refused"),
        ({"has_title": False}, "no_title"),
        ({"is_enforceable": False}, "not_enforceable_yet"),
        ({"is_unenforceable": True}, "nothing_to_seize"),
        ({"country": "DE"}, "debtor_abroad"),
    ],
)
def test_nothing_is_seized_where_law_or_a_person_forbids_it(changes, reason):
    found = measures(suit(**changes))

    assert {each.closed for each in found} == {reason}
    assert {each.opens_on for each in found} == {None}


def test_movables_in_a_dwelling_wait_for_accounts_and_wages_below_a_small_claim():
    def after(**changes):
        (found,) = [each for each in measures(suit(**changes)) if each.code == "movables"]
        return found.after

    assert after(debtor_kind="consumer", amount=Decimal("534.99")) == ("accounts", "wages")
    assert after(debtor_kind="consumer", amount=Decimal(535)) == ()
    assert after(amount=Decimal(300)) == ()


@pytest.mark.parametrize(
    ("changes", "mortgage", "property_"),
    [
        ({"amount": Decimal("2999.99")}, "stake_below_land", "stake_below_land"),
        ({"amount": Decimal("9999.99")}, None, "stake_below_land"),
        ({"amount": Decimal(10000)}, None, None),
        ({"has_land": False}, "no_land", "no_land"),
        ({"debtor_kind": "consumer"}, None, "person_decides_home"),
        ({"debtor_kind": "sole_trader", "has_land": True}, None, "person_decides_home"),
        ({"debtor_kind": "consumer", "land_decided": True}, None, None),
        ({"insolvency": "liquidation", "has_land": True}, "debtor_insolvent", "debtor_insolvent"),
    ],
)
def test_land_waits_for_a_stake_the_registry_and_for_a_home_a_persons_word(
    changes, mortgage, property_
):
    closed = {each.code: each.closed for each in measures(suit(**{"amount": 20000} | changes))}

    assert (closed["mortgage"], closed["property"]) == (mortgage, property_)


def test_land_is_asked_about_before_anything_is_paid_for_it():
    """20,000 EUR: 12 for the question, 400 + 0.05 % for the mortgage, 5,500 + 3,000 to seize."""

    def told(**changes):
        found = measures(suit(amount=Decimal(20000), **changes))
        return {each.code: each for each in found if each.code in ("mortgage", "property")}

    asked, answered = told(), told(has_land=True)

    assert sum(line.amount.central for line in asked["property"].empty) == 12
    assert sum(line.amount.central for line in asked["mortgage"].found) == 422
    assert sum(line.amount.central for line in answered["property"].found) == 8910
    assert answered["property"].empty == ()
    assert [line.code for line in asked["property"].found if not line.on_loser] == [
        "seizure_lawyer_ht"
    ]
    assert "ask_land_registry" in [code for code, _ in asked["mortgage"].notes]
    assert asked["property"].record.verify
    assert [each.number for each in asked["property"].limits] == [8, 2, 2, 4, 3, 2]


def test_a_seizure_of_accounts_costs_what_the_tariff_of_the_day_says():
    """4,000 EUR, coefficient 2: 21.50 + (44.05 x 2 + 9.40) + 21.50; empty: 21.50 + 52.36."""
    (found,) = [each for each in measures(suit()) if each.code == "accounts"]

    assert sum(line.amount.central for line in found.found) == Decimal("140.50")
    assert sum(line.amount.central for line in found.empty) == Decimal("73.86")
    assert [(each.code, each.number) for each in found.limits] == [
        ("notify_debtor", 8), ("contest_seizure", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lives", "given_on", "opposed_by", "enforced_from"),
    [
        ("metropolitan", date(2026, 8, 31), date(2026, 12, 10), date(2026, 12, 10)),
        ("overseas", date(2026, 8, 31), date(2027, 1, 10), date(2027, 1, 10)),
        ("abroad", date(2026, 8, 31), date(2027, 2, 10), date(2027, 2, 10)),
        ("metropolitan", date(2026, 9, 1), date(2026, 12, 10), date(2027, 1, 10)),
        ("overseas", date(2026, 9, 1), date(2027, 1, 10), date(2027, 1, 10)),
        ("abroad", date(2026, 9, 1), date(2027, 2, 10), date(2027, 2, 10)),
    ],
)
def test_a_debtor_overseas_or_abroad_has_longer_to_oppose(
    lives, given_on, opposed_by, enforced_from
):
    order = Title("payment_order", given_on, served_on=date(2026, 11, 10))
    running = {each.code: each for each in clocks(Standing(DAY, (order,), lives=lives))}

    assert running["oppose_until"].on == opposed_by
    assert running["enforce_from"].on == enforced_from
    assert (f"longer_{lives}" in running) == (lives != "metropolitan")
    if lives != "metropolitan":
        assert running[f"longer_{lives}"].record.article == "art. 643 to 645 CPC"
        assert running[f"longer_{lives}"].on == opposed_by


def test_distance_lengthens_an_appeal_but_neither_a_service_nor_a_european_order():
    served = {"served_on": date(2026, 11, 10)}
    judged = Title("merits", won_on=date(2026, 11, 2), **served)
    interim = Title("summary", date(2026, 11, 2), **served)
    european = Title("european_order", date(2026, 11, 2), **served)
    unserved = Title("payment_order", date(2026, 11, 2))
    last = {
        title.procedure: {
            each.code: each.on for each in clocks(Standing(DAY, (title,), lives="abroad"))
        }
        for title in (judged, interim, european, unserved)
    }

    assert last["merits"]["appeal_until"] == date(2027, 2, 10)
    assert last["summary"]["appeal_until"] == date(2027, 1, 25)
    assert last["european_order"] == {"oppose_until": date(2026, 12, 10)}
    assert last["payment_order"] == {"serve_by": date(2027, 2, 2)}
