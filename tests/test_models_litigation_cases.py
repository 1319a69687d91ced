"""Cases worked out by hand: one debtor each; what may be done, where, at what price, what not."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from law.facts import SuitFacts
from models.litigation import compare
from models.litigation.compare import assumptions
from models.litigation.irrecoverable import exits

DAY = dt.date(2026, 11, 21)
CALM = {"amicable", "plan", "agency", "write_off"}
IN_COURT = {"payment_order", "small_claim", "summary", "merits", "tj_request", "european_order",
            "european_small_claim", "cheque_certificate", "uncontested_commercial"}  # fmt: skip
#: A debtor who answers nothing and pays nobody: what a suit is for.
SILENT = {"p_disorganised": 0.1, "p_cash_strapped": 0.1, "p_bad_faith": 0.7, "p_dissatisfied": 0.1}
GRIEVED = {"p_disorganised": 0.0, "p_cash_strapped": 0.1, "p_bad_faith": 0.0, "p_dissatisfied": 0.9}


def suit(amounts, *, p=0.1, debtor=None, creditor=None, belief=SILENT, **claim):
    """The courses of one suit, by course: claims of the amounts given, due since March 2026.

    Proved, noticed since September, without interest; ``p``: chance of any payment in a year.
    """
    claims = pd.DataFrame(
        [
            {
                "claim_id": f"C{i:02}", "debtor_id": "D", "creditor_id": "K", "amount": amount,
                "open_amount": amount, "open_amount_eur": amount, "vat_amount": amount / 6,
                "late_penalties": 0.0, "legal_interest": 0.0, "fixed_indemnity": 0.0,
                "date_basis": "stated", "due_on": dt.date(2026, 3, 1), "nature": "contract",
                "limitation_on": dt.date(2031, 3, 1), "has_order": True, "n_actions": 3,
                "has_delivery_proof": True, "has_terms": True, "has_open_dispute": False,
                "formal_notice_on": dt.date(2026, 9, 1),
                "formal_notice_expires_on": dt.date(2026, 9, 9),
            } | claim
            for i, amount in enumerate(amounts)
        ]
    )  # fmt: skip
    whole = sum(amounts)
    suits = pd.DataFrame(
        {"suit_id": "S", "creditor_id": "K", "debtor_id": "D", "claim_ids": [list(claims.claim_id)],
         "suit_amount": whole, "suit_amount_eur": whole, "n_claims": len(amounts)}
    )  # fmt: skip
    who = {"debtor_id": "D", "kind": "company", "country": "FR", "postcode": "69001",
           "siren": "123456789", "is_trader": True, "solvency_score": 80.0}  # fmt: skip
    lender = {"creditor_id": "K", "kind": "company", "headcount": 40}
    recovery = pd.DataFrame(
        {"claim_id": claims.claim_id, "p_365": 0.9 * p, "p_any_365": p, "median_days": None,
         "expected_recovered": 0.95 * p * claims.amount}
    )  # fmt: skip
    table = compare(
        suits, claims, pd.DataFrame([who | (debtor or {})]),
        pd.DataFrame([lender | (creditor or {})]), pd.DataFrame([{"debtor_id": "D"} | belief]),
        recovery, pd.DataFrame(), as_of=DAY,
    )  # fmt: skip
    return table.set_index("course")


def advised(table):
    return table.index[table["recommended"]][0]


def open_courses(table):
    return set(table.index[table["admissible"]])


def test_a_small_disputed_claim_is_never_worth_a_suit():
    """450 EUR, disputed: the order costs 25.19 + 35.19 EUR and is opposed about seven times in ten;
    then 75 EUR more, and the merits are won about half the time. An interim payment is closed.
    """
    table = suit([450.0], belief=GRIEVED, has_open_dispute=True)

    assert advised(table) in CALM
    assert "serious_dispute" in table.loc["summary", "obstacles"]
    assert "answer_dispute" in table.loc["payment_order", "tasks"]
    for course in open_courses(table) & IN_COURT:
        assert table.loc[course, "expected_net"] < 0


def test_a_large_undisputed_claim_on_a_solvent_debtor_gets_a_payment_order():
    """30 000 EUR before the commercial court, no lawyer for an order: 30.23 / 1.2 + 60.98 = 86.17
    EUR to file and serve, 21.50 + 97.50 + 21.50 = 140.50 EUR to seize; an interim payment costs
    1 600 EUR of lawyer more. Unproved or on a fragile debtor it is worth less.
    """
    table = suit([30000.0], debtor={"solvency_score": 90.0})

    assert advised(table) == "payment_order"
    assert "commerce" in table.loc["payment_order", "court"]
    assert "69001" in table.loc["payment_order", "court"]
    assert table.loc["payment_order", "tasks"] == ["approve_suit"]
    assert "instruct_lawyer" in table.loc["summary", "tasks"]
    assert table.loc["summary", "cost"] > table.loc["payment_order", "cost"] + 1000
    # Not all of it lies within reach of a seizure.
    assert table.loc["payment_order", "expected_net"] > 5000
    # Also where going on amicably would bring two fifths: credit that large was not given blindly.
    assert advised(suit([38000.0], p=0.4, debtor={"solvency_score": 95.0})) == "payment_order"
    fragile = suit([30000.0], debtor={"solvency_score": 10.0})
    net = table.loc["payment_order", "expected_net"]
    assert fragile.loc["payment_order", "expected_net"] < net / 2


def test_forty_invoices_of_one_debtor_are_one_suit_measured_on_their_sum():
    """40 x 300 = 12 000 EUR: above 10 000 a lawyer on the merits, above 5 000 no small claims; one
    by one each would be below both.
    """
    table = suit([300.0] * 40)
    alone = suit([300.0])

    assert table["suit_amount"].iloc[0] == 12000
    assert len(table.loc["merits", "claim_ids"]) == 40
    assert "instruct_lawyer" in table.loc["merits", "tasks"]
    assert "instruct_lawyer" not in alone.loc["merits", "tasks"]
    assert "amount_above_cap" in table.loc["small_claim", "obstacles"]
    assert alone.loc["small_claim", "admissible"]
    assert advised(table) == "payment_order"
    # Forty orders would cost forty times registry and service; one costs a thirtieth of that.
    assert table.loc["payment_order", "cost"] < 40 * alone.loc["payment_order", "cost"] / 4


def test_a_time_barred_claim_is_blocked_but_may_still_be_asked_for():
    table = suit([30000.0], limitation_on=dt.date(2026, 11, 20))

    assert not open_courses(table) & IN_COURT
    assert all("time_barred" in table.loc[course, "obstacles"] for course in IN_COURT)
    assert "check_limitation" in table.loc["payment_order", "tasks"]
    assert advised(table) in CALM
    assert "no_threat" in table.loc["amicable", "tasks"]


def test_a_debtor_in_liquidation_leaves_the_declaration_and_the_vat():
    """6 000 EUR of which 1 000 VAT: back at once, with a dividend of 4 % = 240 EUR, in all 1 240.

    Going on as before would have brought (570 + 1 000 x (1 - .095)) x 1.08^(-120/365) - 12 EUR
    = 1 475 x .97502 - 12 = 1 426.15 EUR, but it is forbidden.
    """
    table = suit([6000.0], debtor={"insolvency_kind": "liquidation"})

    assert advised(table) == "write_off"
    assert open_courses(table) == {"write_off"}
    assert set(table.loc["write_off", "tasks"]) == {"declare_claim", "rectified_invoice"}
    assert table.loc["amicable", "expected_net"] == pytest.approx(1426.15 - 1240, abs=0.05)


def test_past_the_time_to_ask_for_relief_nothing_is_declared_any_more():
    """Six months from the publication, else the opening (C. com. L622-26), on the last day too."""
    for published, task in (
        (dt.date(DAY.year, DAY.month - 6, DAY.day), "declare_claim"),
        (dt.date(DAY.year, DAY.month - 6, DAY.day) - dt.timedelta(days=1), "declaring_over"),
    ):
        for day in ({"insolvency_published_on": published}, {"insolvency_opened_on": published}):
            table = suit([6000.0], debtor={"insolvency_kind": "receivership"} | day)

            assert task in table.loc["write_off", "tasks"]


def test_what_was_found_justified_is_remedied_before_a_suit():
    """30 000 EUR on a solvent debtor, a payment order but for the dispute found justified."""
    table = suit([30000.0], has_open_dispute=True, has_founded_dispute=True)

    assert open_courses(table) <= CALM
    assert "dispute_founded" in table.loc["merits", "obstacles"]
    assert "remedy_dispute" in table.loc["payment_order", "tasks"]


def test_no_agency_is_sent_beside_a_suit_under_way():
    """An order granted and still to be served: going on is advised, and to follow the suit."""
    table = suit([6000.0], legal_status="granted")

    assert open_courses(table) == {"amicable", "plan", "write_off"}
    assert "already_in_court" in table.loc["agency", "obstacles"]


def test_a_receivership_gives_no_vat_back_yet():
    """Only a liquidation, or a plan that cuts the claim, is an event (CGI 272-1): 15 % of 1 000.

    150 + 240 of dividend = 390; going on (570 + 150 x .905) x .97502 - 12 = 676.12 EUR.
    """
    table = suit([6000.0], debtor={"insolvency_kind": "receivership"})

    assert open_courses(table) == {"write_off"}
    assert table.loc["amicable", "expected_net"] == pytest.approx(676.12 - 390, abs=0.05)


def test_a_consumer_is_heard_by_the_civil_court_after_a_conciliation_and_a_person_signs():
    who = {"kind": "consumer", "siren": None, "is_trader": None}
    table = suit([3000.0], debtor=who)
    tried = suit([3000.0], debtor=who, amicable_attempt_on=dt.date(2026, 10, 20))

    for course in ("merits", "summary", "tj_request"):
        assert table.loc[course, "obstacles"] == ["amicable_attempt_missing"]
        assert "try_conciliation" in table.loc[course, "tasks"]
        assert tried.loc[course, "admissible"]
    # An order is asked without the debtor: no conciliation first (CPC 750-1, 3°).
    assert table.loc["payment_order", "admissible"]
    assert "person_signs" in table.loc["payment_order", "tasks"]
    assert table.loc["payment_order", "court"].startswith("tribunal judiciaire du domicile")
    credit = suit([3000.0], debtor=who, nature="consumer_credit")
    assert credit.loc["payment_order", "court"].startswith("juge des contentieux de la protection")


def test_a_public_body_is_out_of_reach_of_civil_routes():
    table = suit([30000.0], debtor={"kind": "public"})

    assert open_courses(table) <= CALM
    assert all("public_debtor" in table.loc[course, "obstacles"] for course in IN_COURT)
    assert "public_route" in table.loc["merits", "tasks"]
    assert table.loc["merits", "court"].startswith("juridiction administrative")


def test_an_unknown_kind_is_identified_first():
    table = suit([30000.0], debtor={"kind": "unknown", "siren": None, "is_trader": None})

    assert open_courses(table) <= CALM
    assert all("identity_unknown" in table.loc[course, "obstacles"] for course in IN_COURT)
    assert "identify_debtor" in table.loc["payment_order", "tasks"]


@pytest.mark.parametrize(
    ("amount", "interest", "small", "application", "attempt"),
    [
        (5000.0, 0.0, True, True, True),
        (5000.01, 0.0, False, False, False),
        # The cap of the simplified procedure counts interest (CPCE R125-1), the others do not.
        (4999.0, 1.0, True, True, True),
        (4999.0, 1.01, False, True, True),
    ],
)
def test_five_thousand_euros_from_both_sides(amount, interest, small, application, attempt):
    who = {"kind": "consumer", "siren": None, "is_trader": None}
    table = suit([amount], debtor=who, legal_interest=interest)

    assert ("amount_above_cap" not in table.loc["small_claim", "obstacles"]) is small
    assert ("amount_above_cap" not in table.loc["tj_request", "obstacles"]) is application
    assert ("amicable_attempt_missing" in table.loc["merits", "obstacles"]) is attempt


@pytest.mark.parametrize(("amount", "lawyer"), [(10000.0, False), (10000.01, True)])
def test_ten_thousand_euros_from_both_sides(amount, lawyer):
    """On the merits 3 500 EUR of lawyer more, of which the court gives back a part."""
    table = suit([amount])

    for course in ("merits", "summary"):
        assert ("instruct_lawyer" in table.loc[course, "tasks"]) is lawyer
    assert "instruct_lawyer" not in table.loc["payment_order", "tasks"]
    assert bool(table.loc["merits", "cost"] > 3000) is lawyer


@pytest.mark.parametrize(
    ("amount", "owed"), [(50000.0, 0.0), (50000.02, 1500.0), (60000.0, 1800.0)]
)
def test_above_fifty_thousand_euros_a_large_creditor_pays_the_contribution(amount, owed):
    """Paris, 300 employees, turnover 60 M EUR, profit 4 M EUR: 3 % (decree 2024-1225)."""
    size = {"headcount": 300, "turnover": 6e7, "profit_avg_3y": 4e6}
    paris = {"postcode": "75008"}
    large = suit([amount], debtor=paris, creditor=size)
    spared = suit([amount], debtor=paris, creditor=size | {"headcount": 249})

    for course in ("payment_order", "summary", "merits"):
        more = large.loc[course, "cost"] - spared.loc[course, "cost"]
        assert more == pytest.approx(owed, abs=0.02)
        assert ("pay_contribution" in large.loc[course, "tasks"]) is (owed > 0)
        assert "pay_contribution" not in spared.loc[course, "tasks"]


def test_a_debtor_elsewhere_in_the_union_is_reached_by_the_european_courses():
    """4 000 EUR in Germany; in Denmark the regulations do not hold, above 5 000 EUR one closes."""
    table = suit([4000.0], debtor={"country": "DE", "postcode": None})
    danish = suit([4000.0], debtor={"country": "DK", "postcode": None})
    larger = suit([5000.01], debtor={"country": "DE", "postcode": None})

    assert open_courses(table) & IN_COURT == {"european_order", "european_small_claim"}
    assert advised(table) in ("european_order", "european_small_claim")
    assert "use_european_order" in table.loc["payment_order", "tasks"]
    assert open_courses(danish) <= CALM
    assert open_courses(larger) & IN_COURT == {"european_order"}


def test_consents_open_what_insurance_and_assignment_close():
    for gate, consent, closed in (
        ({"insured_by": "insurer"}, "insurer_agreed_on", "insurer_not_asked"),
        ({"assigned_to": "factor"}, "assignee_agreed_on", "claim_assigned"),
    ):
        table = suit([30000.0], **gate)
        agreed = suit([30000.0], **gate, **{consent: dt.date(2026, 10, 1)})

        assert table.loc["payment_order", "obstacles"] == [closed]
        assert advised(table) in CALM
        assert advised(agreed) == "payment_order"


def test_a_suit_that_a_person_refused_is_not_advised_again_and_one_approved_asks_no_more():
    assert advised(suit([30000.0], suit_approved=False)) in CALM
    approved = suit([30000.0], suit_approved=True)
    assert advised(approved) == "payment_order"
    assert approved.loc["payment_order", "tasks"] == []


def test_the_procedure_of_2026_stands_there_closed_until_its_decree():
    table = suit([30000.0])

    assert table.loc["uncontested_commercial", "obstacles"] == ["not_in_force"]


def test_an_unpaid_cheque_gets_its_certificate_thirty_days_after_it_came_back():
    ripe = suit([2000.0], nature="cheque")
    fresh = suit([2000.0], nature="cheque", due_on=dt.date(2026, 10, 23))

    assert ripe.loc["cheque_certificate", "admissible"]
    assert "ask_bank_certificate" in ripe.loc["cheque_certificate", "tasks"]
    assert ripe.loc["cheque_certificate", "court"].startswith("commissaire de justice")
    assert "cheque_wait" in fresh.loc["cheque_certificate", "obstacles"]


def test_with_a_title_only_enforcement_is_left():
    table = suit([30000.0], title_on=dt.date(2026, 8, 1), enforceable_on=dt.date(2026, 9, 1))
    fresh = suit([30000.0], title_on=dt.date(2026, 11, 1), enforceable_on=None)

    assert open_courses(table) & (IN_COURT | {"enforcement"}) == {"enforcement"}
    assert advised(table) == "enforcement"
    assert fresh.loc["enforcement", "obstacles"] == ["not_enforceable_yet"]


def test_after_a_failed_enforcement_the_certificate_and_the_vat_are_left():
    """6 000 EUR with a title, nothing found to seize: 1 000 EUR of VAT, nine times in ten.

    Writing off brings 900 EUR; going on (570 + 900 x .905) x .97502 - 12 = 1 337.90 EUR.
    """
    failed = suit([6000.0], title_on=dt.date(2026, 5, 1), legal_status="unenforceable")
    hopeless = suit([6000.0], p=0.0, title_on=dt.date(2026, 5, 1), legal_status="unenforceable")

    assert not open_courses(failed) & (IN_COURT | {"enforcement"})
    assert "nothing_to_seize" in failed.loc["enforcement", "obstacles"]
    assert set(failed.loc["write_off", "tasks"]) == {"ask_irrecoverability", "rectified_invoice"}
    gap = failed.loc["amicable", "expected_net"] - failed.loc["write_off", "expected_net"]
    assert gap == pytest.approx(1337.90 - 900, abs=0.05)
    assert advised(hopeless) == "write_off"


def test_a_suit_that_was_lost_is_not_brought_again():
    table = suit([30000.0], legal_status="judged_lost")

    assert open_courses(table) <= CALM
    assert "judged_lost" in table.loc["payment_order", "obstacles"]
    assert "check_appeal" in table.loc["payment_order", "tasks"]


def test_an_order_that_was_refused_leaves_the_merits_open():
    table = suit([30000.0], legal_status="rejected")

    assert table.loc["merits", "admissible"]


def out_of(**changes):
    """6 000 EUR of which 1 000 VAT, a company, proved: its ways out, by code."""
    facts = SuitFacts(
        Decimal(6000), DAY, debtor_kind="company", has_order=True, vat_amount=Decimal(1000)
    )
    return {each.code: each for each in exits(replace(facts, **changes), assumptions())}


def test_each_way_out_of_an_irrecoverable_claim_has_its_price():
    """A record of nothing to seize costs 20.42 x 2 + 9.40 = 50.24 EUR, its own VAT recovered.

    With a title: .9 x 1 000 - 50.24 = 849.76. Without: 86.1717 for the order, 140.50 to seize and
    the record, 276.91 in all; .90 x (1 - .08) x .9 = .7452, hence 745.20 - 276.91 = 468.29.
    """
    titled, bare = out_of(has_title=True), out_of()

    assert titled["certify"].cost == Decimal("50.24")
    assert titled["certify"].net == Decimal("849.76")
    assert bare["title_first"].cost == Decimal("276.91")
    assert bare["title_first"].net == Decimal("468.29")
    assert list(bare) == ["title_first", "drop"]
    # Lateness alone proves nothing: a debtor may still fail or vanish.
    assert bare["drop"].net == Decimal("150.00")


def test_a_liquidation_or_a_failed_seizure_needs_no_further_outlay():
    assert out_of(insolvency="liquidation")["liquidation"].net == Decimal("1240.00")
    assert out_of(has_title=True, is_unenforceable=True)["failed"].net == Decimal("900.00")
    assert list(out_of(insolvency="receivership")) == ["drop"]


def test_there_is_no_way_out_by_a_vat_that_was_never_due():
    assert out_of(vat_on_receipts=True) == {}
    assert out_of(recovers_vat=False) == {}
    assert out_of(vat_amount=Decimal(0)) == {}
