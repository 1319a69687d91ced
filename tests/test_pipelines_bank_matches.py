"""What a bank line is proposed to pay, and what becomes of it once a person has said so."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from law.rows import rows as law_rows
from pipelines.build import attach_rows, build, connect, frame
from pipelines.journal import DECISION_TYPES, Entry, Journal, JournalRefused, check

DAY = date(2026, 10, 10)
BOOKED = date(2026, 10, 5)
DEBTORS = {
    "A": ("Boulangerie Morel SARL", "732829320"),
    "B": ("Garage Lemoine", None),
    "C": ("Jean Petit", None),
    "D": ("Élan Conseil", None),
    "E": ("Élan Conseil", None),
}
CLAIMS = [
    ("FA2026-0001", "A", "100"),
    ("FA2026-0002", "A", "250"),
    ("FA2026-0003", "A", "33.33"),
    ("FA2026-0004", "A", "41"),
    ("FA2026-0005", "B", "120"),
    ("FA2026-0006", "B", "80"),
    ("FA2026-0007", "C", "777"),
    ("FA2026-0008", "D", "55.50"),
    ("FA2026-0009", "E", "55.50"),
]


@pytest.fixture(scope="module")
def empty():
    con = connect(None, threads=1)
    attach_rows(con, {})
    return con


@pytest.fixture
def built(empty, tmp_path):
    """Build tables over these lines, payments and entries."""

    def built(*targets, lines=(), payments=(), entries=(), as_of=DAY, **tables):
        for schema in ("bank", "mart", "features", "core", "staging"):
            empty.execute("drop schema if exists " + schema + " cascade")
        journal = Journal(f"sqlite:///{tmp_path}/journal.db")
        journal.record(entries)
        decided = journal.decisions(as_of=as_of)
        journal.close()
        of_law = {
            name: [dict(zip(columns, row, strict=True)) for row in rows]
            for name, (columns, rows) in law_rows(as_of).items()
        }
        given = {
            "debtors": [
                {"debtor_id": key, "name": name, "siren": siren}
                for key, (name, siren) in DEBTORS.items()
            ],
            "claims": [
                {
                    "claim_id": claim,
                    "debtor_id": debtor,
                    "amount": Decimal(amount),
                    "issued_on": date(2026, 7, n),
                    "due_on": date(2026, 8, n),
                    "currency": "EUR",
                }
                for n, (claim, debtor, amount) in enumerate(CLAIMS, start=1)
            ],
            "bank_lines": list(lines),
            "payments": list(payments),
            "journal.decisions": [dict(zip(DECISION_TYPES, row, strict=True)) for row in decided],
        }
        attach_rows(empty, of_law | given | tables)
        build(empty, targets, as_of=as_of)
        return empty

    return built


def line(key, amount, said="", **further):
    told = {"line_id": key, "account": "-", "booked_on": BOOKED, "remittance": said}
    return {**told, "amount": Decimal(amount), "currency": "EUR", **further}


def paid(key, debtor, amount, day=BOOKED, claim=None):
    told = {"payment_id": key, "debtor_id": debtor, "claim_id": claim, "paid_on": day}
    return {**told, "amount": Decimal(amount), "method": "transfer"}


def confirm(line_id, amounts=None, *, debtor="A", rest=None, day=6, answer="confirm", **further):
    payload = {"question": "bank_match", "answer": answer, "debtor_id": debtor}
    payload |= {"amounts": amounts} if amounts else {}
    payload |= {"on_account": rest} if rest else {}
    moment = datetime(2026, 10, day, 9)
    told = {"actor": "Zoé", "subject_type": "bank_line", "subject_id": line_id, "kind": "answer"}
    told |= {"payload": payload, "at": moment, "as_of": moment.date()}
    return Entry(**told, **further).identified()


def best(con):
    rows = frame(con, "bank.proposals")
    return rows[rows["place"] == 1].set_index("line_id")


def shared(*places):
    """Whole claims by their place, as a proposal shares a line out."""
    return {claim: str(Decimal(amount).quantize(Decimal("0.01")))
            for claim, _, amount in (CLAIMS[place - 1] for place in places)}  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "said", "kind", "shares", "rest"),
    [
        ("100", "VIR FA2026-0001 MOREL", "named", {"FA2026-0001": "100.00"}, None),
        ("133.33", "FA 2026 0001 ET FA20260003", "named", shared(1, 3), None),
        ("50", "ACOMPTE FA2026 0007", "part", {"FA2026-0007": "50.00"}, None),
        ("800", "FA2026-0007", "beyond", {"FA2026-0007": "777.00"}, "23.00"),
        ("250", "BOULANGERIE MOREL", "exact", {"FA2026-0002": "250.00"}, None),
        ("41", "SIREN 732 829 320", "exact", {"FA2026-0004": "41.00"}, None),
        ("41", "TVA FR44732829320", "exact", {"FA2026-0004": "41.00"}, None),
        ("200", "lemoine garage", "whole", shared(5, 6), None),
        ("350", "BOULANGERIE MOREL", "oldest", shared(1, 2), None),
        ("74.33", "BOULANGERIE MOREL", "combination", shared(3, 4), None),
        ("12", "GARAGE LEMOINE", "account", {}, "12.00"),
        ("777", "REMISE DE CHEQUES", "amount_only", {"FA2026-0007": "777.00"}, None),
        # One of a name's words alone is no name, nor is a number that many things may be.
        ("999", "VIR JEAN 0007", None, {}, None),
    ],
)  # fmt: skip
def test_each_way_of_paying_is_proposed_with_its_exact_shares(
    built, amount, said, kind, shares, rest
):
    found = best(built("bank.proposals", lines=[line("L", amount, said)]))

    if kind is None:
        assert found.empty
        return
    row = found.loc["L"]
    assert row["kind"] == kind
    assert dict(zip(row["claim_ids"], row["amounts"], strict=True)) == shares
    assert (row["on_account"] if isinstance(row["on_account"], str) else None) == rest
    assert sum(map(Decimal, shares.values())) + Decimal(rest or 0) == Decimal(amount)
    assert len(row["reasons"])
    assert not row["is_ambiguous"]


def test_what_names_the_invoice_is_surer_than_the_name_and_that_than_the_amount(built):
    lines = [
        line("number", "100", "FA2026-0001 BOULANGERIE MOREL"),
        line("name", "250", "BOULANGERIE MOREL"),
        line("account", "13", "BOULANGERIE MOREL"),
        line("amount", "777", "REMISE"),
    ]
    scores = best(built("bank.proposals", lines=lines))["score"]

    assert list(scores.sort_values(ascending=False).index) == [each["line_id"] for each in lines]
    assert scores["number"] > 0.95 > scores["name"] > 0.8 > 0.5 > scores["account"]


def test_two_debtors_of_one_name_and_amount_are_both_shown_as_ambiguous(built):
    con = built("bank.proposals", lines=[line("L", "55.50", "VIR ELAN CONSEIL")])
    rows = frame(con, "bank.proposals")

    assert rows["debtor_id"].tolist() == ["D", "E"]
    assert rows["is_ambiguous"].all()
    assert all("other_debtors_fit" in reasons for reasons in rows["reasons"])
    assert (rows["score"] <= 0.6).all()


def test_two_lines_for_one_claim_are_shown_as_rivals(built):
    lines = [line("L1", "777", "JEAN PETIT"), line("L2", "777", "JEAN PETIT")]
    found = best(built("bank.proposals", lines=lines))

    assert found["is_ambiguous"].all()
    assert all("other_lines_fit" in reasons for reasons in found["reasons"])


def test_a_line_that_the_ledger_has_is_not_proposed(built):
    lines = [line("L1", "100", "BOULANGERIE MOREL"), line("L2", "100", "BOULANGERIE MOREL")]
    rows = [paid("P", "A", "100", date(2026, 10, 7), "FA2026-0002")]
    con = built("bank.proposals", "bank.lines", lines=lines, payments=rows)

    told = dict(con.execute("select line_id, ledger_payment_id from bank.lines").fetchall())
    assert told == {"L1": "P", "L2": None}
    assert best(con).index.tolist() == ["L2"]


def test_a_line_decided_is_proposed_no_more_until_that_is_undone(built):
    lines = [line("L1", "100", "FA2026-0001"), line("L2", "777", "JEAN PETIT")]
    said = [confirm("L1", {"FA2026-0001": "100"}), confirm("L2", answer="reject")]
    assert best(built("bank.proposals", lines=lines, entries=said)).empty

    undone = {"kind": "undo", "subject_type": "bank_line", "subject_id": "L1", "actor": "Zoé"}
    undo = Entry(**undone, at=datetime(2026, 10, 7), as_of=DAY, supersedes=said[0].entry_id)
    con = built("bank.proposals", "core.payments", lines=lines, entries=[undo])
    assert best(con).index.tolist() == ["L1"]
    assert con.execute("select count(*) from core.payments").fetchall() == [(0,)]


def test_an_account_that_paid_before_is_known_again(built):
    payer = {"counterparty_account": "FR…0001-abc"}
    lines = [line("L1", "100", "FA2026-0001", **payer), line("L2", "41", "PAIEMENT", **payer)]
    entries = [confirm("L1", {"FA2026-0001": "100"})]
    row = best(built("bank.proposals", lines=lines, entries=entries)).loc["L2"]

    assert row["claim_ids"].tolist() == ["FA2026-0004"]
    assert "same_account" in row["reasons"]


def test_money_taken_back_reopens_what_it_had_paid(built):
    lines = [
        line("L1", "777", "JEAN PETIT", end_to_end_id="E"),
        line("L2", "-777", "REJET", end_to_end_id="E", booked_on=date(2026, 10, 8)),
    ]
    entries = [confirm("L1", {"FA2026-0007": "777"}, debtor="C")]
    row = best(built("bank.proposals", lines=lines, entries=entries)).loc["L2"]
    assert (row["kind"], row["claim_ids"].tolist()) == ("reversal", ["FA2026-0007"])

    entries.append(confirm("L2", {"FA2026-0007": "777"}, debtor="C", day=9))
    con = built("core.balances", lines=lines, entries=entries)
    query = "select open_amount from core.balances where claim_id = 'FA2026-0007'"
    assert con.execute(query).fetchall() == [(777,)]


def balances(con):
    open_amount = con.execute("select sum(open_amount) from core.balances").fetchall()[0][0]
    credits = con.execute(
        "select coalesce(sum(amount), 0) from core.payments where claim_id is null"
    ).fetchall()[0][0]
    overpaid = con.execute("select sum(overpaid) from core.balances").fetchall()[0][0]
    return open_amount - credits - overpaid


def test_a_match_confirmed_is_the_debtor_paying_on_the_booking_day_to_the_cent(built):
    lines = [line("L", "800.01")]
    said = [confirm("L", {"FA2026-0007": "777", "FA2026-0001": "3.01"}, debtor="C", rest="20")]
    con = built("core.balances", lines=lines, entries=said)

    rows = con.execute(
        "select claim_id, debtor_id, paid_on, amount, is_debtor_paying from core.payments"
        " order by claim_id nulls last"
    ).fetchall()
    assert rows == [
        ("FA2026-0001", "A", BOOKED, Decimal("3.01"), True),
        ("FA2026-0007", "C", BOOKED, Decimal("777.00"), True),
        (None, "C", BOOKED, Decimal("20.00"), True),
    ]
    owed = sum(Decimal(amount) for *_, amount in CLAIMS)
    assert balances(con) == owed - Decimal("800.01")
    settled = "select settled_on from core.balances where claim_id = 'FA2026-0007'"
    assert con.execute(settled).fetchall() == [(BOOKED,)]


@pytest.mark.parametrize("as_of", [date(2026, 10, 4), date(2026, 10, 5)])
def test_before_it_is_booked_or_decided_nothing_is_paid(built, as_of):
    lines, said = [line("L", "777")], [confirm("L", {"FA2026-0007": "777"}, debtor="C")]
    con = built("core.balances", lines=lines, entries=said, as_of=as_of)

    assert con.execute("select count(*) from core.payments").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("payments", "gone"),
    [
        ([paid("P", "A", "100", date(2026, 10, 9), "FA2026-0001")], 1),
        # The ledger may say another claim, or none: it is the same money.
        ([paid("P", "A", "100", date(2026, 10, 1), "FA2026-0002")], 1),
        ([paid("P", "A", "100", date(2026, 10, 1))], 1),
        # Each share by itself, the line whole, the line shared out otherwise.
        ([paid("P", "A", "100", claim="FA2026-0001"), paid("Q", "A", "41")], 2),
        ([paid("P", "A", "141", date(2026, 10, 6))], 2),
        ([paid("P", "A", "90", claim="FA2026-0002"), paid("Q", "A", "51", claim="FA2026-0004")], 2),
        # Other debtors, sums and days are other payments.
        ([paid("P", "B", "100")], 0),
        ([paid("P", "A", "99")], 0),
        ([paid("P", "A", "100", date(2026, 9, 1), "FA2026-0001")], 0),
    ],
)  # fmt: skip
def test_what_the_ledger_brings_too_is_counted_once_and_reported(built, payments, gone):
    lines = [line("L", "141")]
    said = [confirm("L", {"FA2026-0001": "100", "FA2026-0004": "41"})]
    con = built(
        "core.balances", "core.contradictions", lines=lines, entries=said, payments=payments
    )

    against = con.execute("select table_name, kind from core.contradictions").fetchall()
    assert against == [("payments", "answer")] * gone
    rows = con.execute("select count(*) from core.payments where payment_id like 'journal:%'")
    assert rows.fetchall() == [(2 - gone,)]


def test_of_weekly_payments_only_those_that_the_ledger_has_give_way(built):
    days = [date(2026, 9, n) for n in (2, 9, 16, 23)]
    lines = [line(f"L{n}", "10", booked_on=day) for n, day in enumerate(days)]
    said = [confirm(f"L{n}", {"FA2026-0002": "10"}) for n in range(4)]
    rows = [paid(f"P{n}", "A", "10", day, "FA2026-0002") for n, day in enumerate(days[:2])]
    rows += [paid("P9", "A", "10", date(2026, 8, 26), "FA2026-0002")]
    con = built("core.payments", "core.contradictions", lines=lines, entries=said, payments=rows)

    kept = con.execute("select paid_on from core.payments where payment_id like 'journal:%'")
    assert sorted(kept.fetchall()) == [(days[2],), (days[3],)]
    assert con.execute("select sum(amount) from core.payments").fetchall() == [(50,)]


@pytest.mark.parametrize(
    ("entry", "changes"),
    [
        (confirm("L", {"FA2026-0001": "100.01"}), {}),
        (confirm("L", {"FA2026-0001": "60", "FA2026-0002": "40"}, rest="0.01"), {}),
        (confirm("L", {"FA2026-0001": "100"}), {"currency": "USD"}),
        (confirm("L", {"FA2026-0001": "100"}), {"deleted_on": date(2026, 10, 8)}),
    ],
)
def test_a_match_that_its_line_cannot_bear_counts_for_nothing_and_is_reported(
    built, entry, changes
):
    lines = [line("L", "100", **changes)]
    con = built("core.payments", "core.contradictions", lines=lines, entries=[entry])

    assert con.execute("select count(*) from core.payments").fetchall() == [(0,)]
    found = con.execute("select distinct table_name, row_key from core.contradictions").fetchall()
    assert found == [("bank_lines", "L")]


def test_the_last_word_on_a_line_counts_and_unknown_lines_wait(built):
    lines = [line("L", "100")]
    said = [
        confirm("L", {"FA2026-0001": "100"}),
        confirm("L", {"FA2026-0002": "100"}, day=7),
        confirm("unknown", {"FA2026-0004": "41"}),
    ]
    con = built("core.payments", lines=lines, entries=said)

    assert con.execute("select claim_id from core.payments").fetchall() == [("FA2026-0002",)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"answer": "perhaps"}, "confirm or reject"),
        ({}, "amounts or on_account"),
        ({"amounts": ["FA2026-0001"]}, "object of claim and amount"),
        ({"amounts": {"FA2026-0001": "-5"}}, "above 0"),
        ({"amounts": {"FA2026-0001": "1.005"}}, "above 0"),
        ({"amounts": {"FA2026-0001": {}}}, "above 0"),
        ({"on_account": "5"}, "needs debtor_id"),
        ({"amounts": {str(n): "1" for n in range(201)}}, "at most 200"),
    ],
)
def test_a_match_that_no_run_could_read_is_not_recorded(changes, said):
    payload = {"question": "bank_match", "answer": "confirm", **changes}
    told = {"actor": "Zoé", "subject_type": "bank_line", "subject_id": "L", "kind": "answer"}

    with pytest.raises(JournalRefused, match=said):
        check(Entry(at=datetime(2026, 10, 6), as_of=DAY, payload=payload, **told))


def test_a_common_amount_or_number_makes_no_cross_join(built):
    many = [
        {"claim_id": f"N{n}", "debtor_id": "A", "invoice_number": "20261234", "amount": Decimal(9)}
        for n in range(300)
    ]
    lines = [line(f"L{n}", "9", "20261234 VIREMENT RECU") for n in range(50)]
    con = built("bank.proposals", lines=lines, claims=many)

    assert con.execute("select count(*) from bank.grams_by_debtor").fetchall() == [(0,)]
    assert best(con).empty
