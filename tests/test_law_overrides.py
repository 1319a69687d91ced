"""A client's own legal values: validated, dated, told wherever they act, and taken back."""

from datetime import date
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from amiable import law_values
from amiable.cli import app
from amiable.doctor import examine
from amiable.home import Home
from law import interest, overrides, parameters
from law.facts import SuitFacts
from law.overrides import BrokenOverride
from law.rows import rows
from law.steps import amount_steps
from law.terms import course_terms

DAY = date(2026, 11, 26)
RATE = """- parameter: interest.professional
  from: 2026-07-01
  value: 3.00
  reason: "Order of June 2026, read on the official site"
  by: Claire Morel
  decided_on: 2026-11-20
"""


def standing(text, as_of=DAY):
    known = overrides.known(overrides.read(text, "law.yaml"), as_of)
    return parameters.replacing(overrides.histories(known))


def test_a_value_of_the_client_acts_from_its_day_and_is_told_as_such():
    with standing(RATE):
        assert parameters.number("interest", "professional", date(2026, 6, 30)) == Decimal("0.0262")
        record = parameters.record("interest", "professional", DAY)
        sources = rows(DAY)["law.rate_sources"][1]

    assert record.value == Decimal("0.03")
    assert (record.verify, record.article) == (False, "art. L313-2 et D313-1-A CMF")
    told = "Order of June 2026, read on the official site (Claire Morel, 2026-11-20)"
    assert record.replaced == told
    assert {row[0] for row in sources if row[5] == told} == {
        "floor", "legal_professional", "legal_professional_raised",
    }  # fmt: skip


def test_outside_the_block_the_law_is_itself():
    with standing(RATE):
        inside = parameters.version()

    assert parameters.number("interest", "professional", DAY) == Decimal("0.0275")
    assert inside == f"{parameters.version()}+{inside[-6:]}"
    assert parameters.own(DAY) == ()


def test_interest_is_reckoned_with_it_to_the_cent():
    stretches = [(date(2026, 6, 1), date(2026, 8, 1), Decimal(36500))]
    with standing(RATE):
        found = interest.legal_interest(stretches)

    # 30 days at 2.62 %, 31 at 3.00 %
    assert interest.rounded(found) == Decimal("78.60") + Decimal("93.00")


def test_a_client_may_let_the_floor_lift_the_default_rate():
    text = (
        "- {parameter: late_payment.floor_lifts_default, from: 2023-01-01, value: true, by: Zoé,"
        " reason: our counsel reads it so, decided_on: 2026-11-01}\n"
    )
    with standing(text):
        rates = {row[0]: row[2] for row in rows(DAY)["law.penalty_rates"][1]}
        found = interest.penalty_rate(date(2024, 3, 1)), interest.penalty_rate(date(2023, 8, 1))

    assert found == (Decimal("0.1521"), Decimal("0.14"))
    assert (rates[date(2024, 1, 1)], rates[date(2024, 7, 1)]) == (found[0], Decimal("0.1476"))


@pytest.mark.parametrize(
    ("as_of", "value"),
    [(date(2026, 11, 19), "0.0275"), (date(2026, 11, 20), "0.03"), (date(2026, 11, 25), "0.0275")],
)
def test_a_run_as_of_a_day_sees_what_was_decided_by_then(as_of, value):
    text = RATE + "  withdrawn_on: 2026-11-25\n"

    with standing(text, as_of):
        assert parameters.number("interest", "professional", as_of) == Decimal(value)


def test_it_ends_with_the_next_value_of_the_law_or_where_it_says():
    earlier = RATE.replace("2026-07-01", "2025-09-01")
    longer = earlier.replace("  value", "  until: 2026-09-01\n  value")
    days = (date(2025, 8, 31), date(2025, 9, 1), date(2026, 1, 1), date(2026, 9, 1))
    found = []
    for text in (earlier, longer):
        with standing(text):
            found.append([parameters.number("interest", "professional", day) for day in days])

    assert found[0] == list(map(Decimal, ("0.0276", "0.03", "0.0262", "0.0275")))
    assert found[1] == list(map(Decimal, ("0.0276", "0.03", "0.03", "0.0275")))


def test_a_value_before_the_first_of_the_law_fills_the_time_before():
    early = RATE.replace("2026-07-01", "2014-07-01").replace("3.00", "0.04")

    with standing(early):
        assert parameters.number("interest", "professional", date(2014, 8, 1)) == Decimal("0.0004")
        assert parameters.number("interest", "professional", date(2015, 1, 1)) == Decimal("0.0093")


def test_it_reaches_thresholds_switches_prices_and_the_terms_of_a_suit():
    told = (
        '  reason: "Quote of our lawyer"\n  by: Zoé\n  decided_on: 2026-11-01\n  from: 2026-01-01\n'
    )
    text = (
        "- parameter: thresholds.lawyer_optional_max_claim\n  value: 12000\n" + told
        + "- parameter: procedures.uncontested_commercial_available\n  value: true\n" + told
        + "- parameter: market_prices.lawyer_merits_tc_ht\n"
        "  value: {low: 900, central: 1000, high: 1100}\n" + told
    )  # fmt: skip
    text = text.replace("from: 2026-01-01", "from: 2026-05-01")
    facts = SuitFacts(Decimal(30000), DAY, debtor_kind="company")
    plain_cost = course_terms("merits", facts).advance_cost.central
    with standing(text):
        steps = amount_steps()
        available = parameters.flag("procedures", "uncontested_commercial_available", DAY)
        terms = course_terms("merits", facts)

    assert Decimal(12000) in steps
    assert Decimal(12000) not in amount_steps()
    assert available is True
    assert terms.advance_cost.central < plain_cost
    assert any(record.replaced for record in terms.sources)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("interest.professional", "interest.profesional"), "did you mean interest.professional"),
        (("value: 3.00", "value: 300"), "300 percent per year cannot be"),
        (("value: 3.00", "value: -1.0"), "cannot be"),
        (("value: 3.00", "value: high"), "percent per year, like 2.75; write it so"),
        (("value: 3.00", "value: .nan"), "write numbers like 2.75"),
        (("value: 3.00", "value: {low: 1.0, central: 2.0, high: 3.0}"), "like 2.75; write it so"),
        (('"Order of June 2026, read on the official site"', '"because"'), "says too little"),
        (("  by: Claire Morel\n", ""), "by is missing; fill it in"),
        (("from: 2026-07-01", "from: July"), "from is not a day"),
        (("from: 2026-07-01", "from: 2026-07-01 10:00:00"), "from is not a day"),
        (("  by:", "  until: 2026-01-01\n  by:"), "until is not after from"),
        (("  by:", "  colour: red\n  by:"), "no such field as colour"),
        ((RATE, "interest.professional: 3.00"), "a list of entries is needed"),
        (("- parameter: ", "- parameter: [["), "line 2: this is not YAML"),
    ],
)
def test_an_entry_that_may_not_stand_is_refused_in_one_clear_line(change, says):
    with pytest.raises(BrokenOverride) as refused:
        overrides.read(RATE.replace(*change), "law.yaml")

    assert says in str(refused.value)
    assert str(refused.value).startswith("law.yaml")


def test_two_values_may_not_replace_one_at_the_same_time():
    other = RATE.replace("2026-07-01", "2026-10-01")

    with pytest.raises(BrokenOverride, match=r"two entries replace interest\.professional"):
        overrides.read(RATE + other, "law.yaml")
    assert len(overrides.read(RATE + "  withdrawn_on: 2026-11-21\n" + other, "law.yaml")) == 2


def test_an_entry_comes_back_from_its_line_as_it_was():
    text = RATE.replace("3.00", "3.10").replace("Claire Morel", '"=1+1 \\"Zoé\\": {x}"')
    (entry,) = overrides.read(text, "law.yaml")

    (again,) = overrides.read(entry.entry, "published day")

    assert (again.printed, again.by, again.told) == (entry.printed, entry.by, entry.told)
    assert again.from_on == date(2026, 7, 1)


def cli(home, *words):
    return CliRunner().invoke(app, ["law", *words, "--home", str(home)])


def test_a_person_lists_replaces_and_takes_back_on_the_command_line(tmp_path):
    given = ("--value", "2.80", "--from", "2026-07-01", "--by", "Zoé")
    no_reason = cli(tmp_path, "override", "interest.professional", *given, "--reason", "so")
    made = cli(
        tmp_path, "override", "interest.professional", *given, "--reason", "Order read: JO 28 June"
    )
    listed = cli(tmp_path, "list", "--own")
    doctor = examine(Home.at(tmp_path), date.today())  # noqa: DTZ011 - decided today
    withdrawn = cli(tmp_path, "withdraw", "interest.professional")
    again = cli(tmp_path, "withdraw", "interest.professional")

    assert no_reason.exit_code == 1
    assert "says too little" in no_reason.output
    assert made.exit_code == 0, made.output
    assert "interest.professional: 2.80 percent per year since 2026-07-01" in listed.output
    assert "Order read: JO 28 June (Zoé, " in listed.output
    told = {finding.subject: finding.says for finding in doctor}
    assert "Order read" in told["own legal value: interest.professional"]
    assert "law to verify: interest.professional" not in told
    assert "law to verify: interest.individual" in told
    assert withdrawn.exit_code == 0, withdrawn.output
    assert cli(tmp_path, "list", "--own").output == "No value of that kind.\n"
    assert again.exit_code == 1
    assert law_values.read(Home.at(tmp_path))[0].withdrawn_on is not None


def test_a_broken_file_is_told_by_the_doctor_and_stops_the_rest(tmp_path):
    (tmp_path / "law.yaml").write_text("- parameter: x\n", encoding="utf-8")

    found = {finding.subject: finding for finding in examine(Home.at(tmp_path), DAY)}
    refused = cli(tmp_path, "list")

    assert found["own legal values"].state == "bad"
    assert "entry 1" in found["own legal values"].says
    assert refused.exit_code == 1
    assert len(refused.output.splitlines()) == 1


def test_what_is_to_verify_is_listed_value_by_value():
    listed = {row["parameter"] for row in law_values.listed(DAY) if row["to_verify"]}

    assert listed == {f"{each.subject}.{each.name}" for each in parameters.to_verify(DAY)}
    assert len(listed) > 50
