"""Partners: where they work, what their files brought, who gets a suit, and at which fee."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from models.litigation import compare, lay_open
from models.litigation.hired import Partners
from models.partners import read_register
from models.partners.areas import read_area, told
from models.partners.register import published, towns_known
from models.partners.results import partner_results
from models.partners.shrinkage import shrunk_means, shrunk_odds

DAY = dt.date(2026, 11, 21)
FADES = {"usual_months": 6, "most_months": 36, "decay_monthly": 0.03}
NONE = pd.DataFrame()


@pytest.mark.parametrize(
    ("text", "read", "unread"),
    [
        ("69", "69", ()),
        ("1, 2a ; 971", "01, 2A, 971", ()),
        ("75-77-78", "75, 77, 78", ()),
        ("75-78", "inconnue", ("75-78",)),
        ("691 / 69100", "691, 69100", ()),
        ("Indre-et-Loire", "37", ()),
        ("Indre et Loire", "37", ()),
        ("Rhône et l'Isère", "38, 69", ()),
        ("région Bretagne", "22, 29, 35, 56", ()),
        ("PACA", "04, 05, 06, 13, 83, 84", ()),
        ("Lyon (69), 69100 Villeurbanne", "Lyon (69), Villeurbanne (69)", ()),
        ("Vaulx", "Vaulx (69)", ()),
        ("Saint-Denis", "inconnue", ("Saint-Denis",)),
        ("France entière", "France", ()),
        ("Europe", "France, Union européenne", ()),
        ("BE", "BE", ()),
        ("=cmd|'/c calc'!A1", "inconnue", ("=cmd", "'", "c calc'!A1")),
        ("partout", "inconnue", ("partout",)),
        ("99", "inconnue", ("99",)),
        ("", "inconnue", ()),
        (None, "inconnue", ()),
    ],
)
def test_an_area_is_read_or_said_to_be_unread(text, read, unread):
    towns = towns_known(
        pd.DataFrame(
            {
                "city": ["Vaulx", "Saint-Denis", "SAINT DENIS"],
                "postcode_start": ["691", "932", "974"],
            }
        ),
        None,
    )

    area = read_area(text, towns)

    assert told(area, "fr") == read
    assert area.unread == unread


def test_a_place_lies_in_an_area_by_department_prefix_town_or_country():
    places = (
        np.asarray(["69003", "42000", "69100", None, "1000"], dtype=object),
        np.asarray(["69 lyon", None, "69 villeurbanne", None, None], dtype=object),
        np.asarray(["FR", "FR", "FR", "FR", "BE"], dtype=object),
    )

    def inside(text):
        return read_area(text).covers(*places).tolist()

    assert inside("69") == [True, False, True, False, False]
    assert inside("691") == [False, False, True, False, False]
    assert inside("Lyon (69)") == [True, False, False, False, False]
    assert inside("France") == [True, True, True, True, False]
    assert inside("42, BE") == [False, True, False, False, True]
    assert inside("monde") == [True] * 5


def odds(hits, chance=0.6):
    """Results of partners, a pair of files and good ones each."""
    group = np.repeat(np.arange(len(hits)), [n for n, _ in hits])
    good = np.concatenate([np.arange(n) < g for n, g in hits]).astype(float)
    return shrunk_odds(good, np.full(len(good), chance), group, len(hits), spread=0.4, interval=0.9)


def test_two_good_files_do_not_make_a_brilliant_partner():
    found = odds([(2, 2), (200, 120), (200, 118)])

    assert found.value[0] < found.usual + 0.08
    assert found.high[0] - found.low[0] > 2 * (found.high[1] - found.low[1])


def test_many_files_are_believed_and_the_order_of_results_is_kept():
    found = odds([(300, 240), (300, 180), (300, 120)])

    assert found.value[0] == pytest.approx(0.8, abs=0.03)
    assert found.value[2] == pytest.approx(0.4, abs=0.03)
    assert (found.low < found.value).all()
    assert (found.value < found.high).all()


def test_the_intervals_hold_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(4)
    inside = []
    for _ in range(15):
        shifts = rng.normal(0, 0.4, 12)
        group = np.repeat(np.arange(12), rng.integers(2, 60, 12))
        chance = rng.choice([0.3, 0.5, 0.8], len(group))
        true = 1 / (1 + np.exp(-np.log(chance / (1 - chance)) - shifts[group]))
        hits = (rng.random(len(group)) < true).astype(float)
        found = shrunk_odds(hits, chance, group, 12, spread=0.4, interval=0.9)
        mix = np.log(chance / (1 - chance))
        truth = (1 / (1 + np.exp(-mix[None, :] - shifts[:, None]))).mean(axis=1)
        inside += [((found.low <= truth) & (truth <= found.high)).mean()]

    assert 0.82 < np.mean(inside) < 0.98


def test_means_are_drawn_to_all_and_one_file_is_enough():
    values, group = np.asarray([1.0, 1, 1, 1, 0, 0, 0, 0, 5]), np.asarray([0] * 4 + [1] * 4 + [2])
    found = shrunk_means(values, group, 3, spread=0.3, within=0.5, within_files=4, interval=0.9)
    one = shrunk_means(
        np.asarray([3.0]), np.asarray([0]), 1, spread=0.3, within=0.5, within_files=4, interval=0.9
    )

    assert 0 < found.value[1] < found.value[0] < found.value[2] < 5
    assert one.value[0] == pytest.approx(3.0)
    assert one.low[0] < 3 < one.high[0]


def brought(partner, n, good, **changes):
    """Past suits of a partner of which some got a title and cash."""
    return pd.DataFrame(
        [
            {
                "partner_id": partner, "partner_kind": "lawyer", "work": "suit",
                "partner_cost": 900.0, "days_to_cash": None, "creditor_id": "K1",
                "debtor_id": f"{partner}{i}", "procedure": "merits", "kind": "company",
                "amount_eur": 20000.0, "months": 8.0, "nature": "contract",
                "is_documented": True, "is_disputed": False, "is_trader": True, "country": "FR",
                "solvency_score": 60.0, "granted": i < good, "opposed": None, "won": None,
                "collected": i < good if i < good else None, "collected_share": 1.0,
                "days_to_title": 300.0,
            } | changes
            for i in range(n)
        ]
    )  # fmt: skip


def test_hard_files_are_no_fault_of_the_partner_that_got_them():
    easy = brought("easy", 60, 51)
    hard = brought("hard", 60, 33, is_documented=False, is_disputed=True)

    found = partner_results(pd.concat([easy, hard]), NONE, FADES, as_of=DAY)
    title = found[found["measure"] == "title"].set_index("partner_id")

    assert title["observed"]["easy"] - title["observed"]["hard"] == pytest.approx(0.3)
    assert title["expected"]["easy"] > title["expected"]["hard"] + 0.1
    assert abs(title["ratio"]["easy"] - title["ratio"]["hard"]) < 0.25


def test_results_of_nobody_are_no_rows_and_one_file_is_told():
    assert partner_results(NONE, NONE, FADES, as_of=DAY).empty

    one = partner_results(brought("P", 1, 0), NONE, FADES, as_of=DAY)

    assert set(one["measure"]) == {"title", "days", "cost"}
    assert np.isfinite(one[["value", "low", "high", "ratio"]].to_numpy(dtype=float)).all()
    handed = pd.DataFrame(
        [{"partner_id": "A", "work": "collection", "partner_cost": None, "kind": "company",
          "days_overdue": 200, "balance_eur": 900.0, "is_collected": True, "collected_share": 0.5,
          "days_to_cash": 0}]
    )  # fmt: skip
    told_of = partner_results(NONE, handed, FADES, as_of=DAY).set_index("measure")
    assert set(told_of.index) == {"cash", "share", "days"}
    assert told_of["value"]["share"] < 0.6


def course(table, name):
    return table[table["course"] == name].iloc[0]


def registered(*rows, results=NONE):
    names = ("partner_id", "kind", "name", "area", "fixed_fee", "success_rate_fee")
    frame = pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows], dtype=object)
    empty = pd.DataFrame(columns=["partner_id", "work", "measure", "ratio", "n"])
    return read_register(frame, empty if results.empty else results, {}), frame


def asked(amount=20000.0, postcode="69001", n=1, creditor=None):
    claims = pd.DataFrame(
        [{"claim_id": f"C{i}", "debtor_id": f"D{i}", "creditor_id": "K1", "amount": amount,
          "open_amount": amount, "open_amount_eur": amount, "vat_amount": amount / 6,
          "late_penalties": 0.0, "legal_interest": 0.0, "fixed_indemnity": 40.0,
          "date_basis": "stated", "due_on": dt.date(2026, 3, 1), "nature": "contract",
          "limitation_on": dt.date(2031, 3, 1), "has_order": True, "has_delivery_proof": True,
          "formal_notice_on": dt.date(2026, 9, 1), "title_on": None,
          "formal_notice_expires_on": dt.date(2026, 9, 9)} for i in range(n)]
    )  # fmt: skip
    suits = pd.DataFrame(
        [{"suit_id": f"S{i}", "creditor_id": "K1", "debtor_id": f"D{i}", "claim_ids": [f"C{i}"],
          "suit_amount": amount, "suit_amount_eur": amount, "n_claims": 1} for i in range(n)]
    )  # fmt: skip
    debtors = pd.DataFrame(
        [{"debtor_id": f"D{i}", "kind": "company", "country": "FR", "postcode": postcode,
          "siren": "123456789", "is_trader": True, "solvency_score": 80.0,
          "insolvency_kind": None} for i in range(n)]
    )  # fmt: skip
    lender = {"creditor_id": "K1", "kind": "company", "recovers_vat": True} | (creditor or {})
    recovery = pd.DataFrame(
        [{"claim_id": f"C{i}", "p_365": 0.09, "p_any_365": 0.1, "median_days": None,
          "expected_recovered": 0.1 * amount} for i in range(n)]
    )  # fmt: skip
    return suits, claims, debtors, pd.DataFrame([lender]), NONE, recovery, NONE


def weighed(register, choices=None, **changes):
    said = NONE if choices is None else choices
    partners = None if register is None else Partners(register, said)
    return compare(*asked(**changes), as_of=DAY, partners=partners)


def test_without_a_partner_every_figure_is_as_before_and_the_kind_needed_is_told():
    table = weighed(None)

    assert course(table, "merits")["partner_kind"] == "lawyer"
    assert course(table, "payment_order")["partner_kind"] == "enforcement_officer"
    assert pd.isna(course(table, "amicable")["partner_kind"])
    assert set(table["partner_reason"].dropna()) == {"none_on_file"}
    assert table["partner_id"].isna().all()


def test_the_fee_of_the_lawyer_replaces_the_usual_price_to_the_cent():
    usual = course(weighed(None), "merits")
    register, _ = registered(("L", "lawyer", "Me X", "69", 800.0, None))
    given = course(weighed(register), "merits")
    unknown, _ = registered(("L", "lawyer", "Me X", "69", None, None))

    # The usual price is drawn lognormally about its median: its mean lies a little above.
    assert given["partner_id"] == "L"
    assert usual["cost"] - given["cost"] == pytest.approx(3500 - 800, rel=0.1)
    assert given["expected_net"] > usual["expected_net"] + 2300
    assert course(weighed(unknown), "merits")["cost"] == usual["cost"]
    taxed = course(weighed(register, creditor={"recovers_vat": False}), "merits")
    free = registered(("L", "lawyer", "Me X", "69", 0.0, None))[0]
    untaxed = course(weighed(free, creditor={"recovers_vat": False}), "merits")
    assert taxed["cost"] - untaxed["cost"] == pytest.approx(960.0, abs=0.02)


def test_a_success_fee_costs_its_share_of_the_cash_and_no_more():
    fixed = course(weighed(registered(("L", "lawyer", "X", "69", 800.0, None))[0]), "merits")
    both = course(weighed(registered(("L", "lawyer", "X", "69", 800.0, 0.1))[0]), "merits")

    more = both["cost"] - fixed["cost"]
    assert 0 < more < 0.1 * 20040 * fixed["p_success"] * fixed["p_collect"]
    assert both["expected_net"] < fixed["expected_net"] - 0.9 * more + 60


def test_a_course_laid_open_bears_the_fee_that_was_published():
    register, _ = registered(("L", "lawyer", "X", "69", 800.0, 0.05))
    published = course(weighed(register), "merits")

    found = lay_open(
        *asked(20000.0), course="merits", recommended="merits", as_of=DAY,
        partners=Partners(register, NONE),
    )  # fmt: skip

    assert found.expected == pytest.approx(published["expected_net"], abs=0.01)


def test_the_best_expected_net_wins_among_the_competent():
    results = pd.DataFrame(
        [{"partner_id": "dear", "work": "suit", "measure": "title", "ratio": 1.1, "n": 90}]
    )
    rows = [
        ("cheap", "lawyer", "B", "69", 2000.0, None),
        ("dear", "lawyer", "A", "France", 2300.0, None),
        ("far", "lawyer", "C", "Bretagne", 1.0, None),
        ("where", "lawyer", "D", "ailleurs", 1.0, None),
    ]
    register, _ = registered(*rows, results=results)

    # A tenth more titles is worth more than 300 EUR where much is at stake, less where little is.
    big, small = (course(weighed(register, amount=a), "merits") for a in (90000.0, 10500.0))
    assert (big["partner_id"], big["partner_reason"]) == ("dear", "best")
    assert small["partner_ahead"] > 0
    brest = course(weighed(register, postcode="29200"), "merits")
    assert (brest["partner_id"], brest["partner_reason"]) == ("far", "best")
    alone = registered(*rows[2:])[0]
    unsure = course(weighed(alone), "merits")
    assert (unsure["partner_id"], unsure["partner_reason"]) == ("where", "area_unknown")
    nobody = course(weighed(registered(rows[2])[0]), "merits")
    assert (nobody["partner_id"], nobody["partner_reason"]) == (None, "none_in_area")


def test_the_choice_of_a_person_stands_wherever_the_partner_works():
    register, _ = registered(
        ("far", "lawyer", "C", "Bretagne", 1000.0, None), ("near", "lawyer", "B", "69", 900.0, None)
    )
    choices = pd.DataFrame(
        [{"claim_id": "C0", "debtor_id": "D0", "partner_kind": "lawyer", "partner_id": "far",
          "chosen_at": dt.datetime(2026, 11, 1)}]
    )  # fmt: skip

    table = weighed(register, choices, n=2).query("course == 'merits'").set_index("suit_id")

    assert table["partner_id"].to_dict() == {"S0": "far", "S1": "near"}
    assert table["partner_reason"]["S0"] == "chosen"
    assert table["cost"]["S0"] - table["cost"]["S1"] == pytest.approx(100, abs=0.02)


def test_an_agency_asks_its_own_share_and_an_officer_with_a_fee_may_do_its_work():
    usual = course(weighed(None), "agency")
    asked = registered(("A", "agency", "A", "France", 30.0, 0.05))[0]
    officer = registered(("O", "enforcement_officer", "O", "69", None, 0.04))[0]
    tariff = registered(("O", "enforcement_officer", "O", "69", 50.0, None))[0]

    given = course(weighed(asked), "agency")
    assert given["partner_id"] == "A"
    assert given["cost"] < usual["cost"] + 30
    assert course(weighed(officer), "agency")["partner_id"] == "O"
    assert course(weighed(tariff), "agency")["partner_reason"] == "none_on_file"
    # What the tariff rules is not agreed: the officer's own figure moves no cost of a suit.
    plain = course(weighed(None), "payment_order")["cost"]
    assert course(weighed(tariff), "payment_order")["cost"] == plain


def test_the_register_names_namesakes_and_hostile_names_as_they_are():
    register, frame = registered(
        ("1", "lawyer", "Cabinet <b>X", "69", None, None),
        ("2", "lawyer", "CABINET  <B>x", "partout", 5.0, 0.1),
        ("3", "agency", "Cabinet <b>X", None, None, None),
    )
    empty = pd.DataFrame(columns=["partner_id", "work", "measure", "ratio", "n"])

    rows = published(register, frame, empty)

    assert rows["is_namesake"].tolist() == [True, True, False]
    assert rows["name"][0] == "Cabinet <b>X"
    assert rows["area_unread"].tolist() == [[], ["partout"], []]
