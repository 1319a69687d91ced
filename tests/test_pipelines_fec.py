"""A FEC in: lines judged, customers' claims and payments rebuilt, identities kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources.fec import import_file
from pipelines.sources.fec_ledger import FilePeriod, accounting_years
from pipelines.sources.reading import SourceReport
from pipelines.store import open_store

NAMES = [
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib"),
    *("CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit"),
    *("EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"),
]
NOW = datetime(2026, 1, 5, 8, 0)
LATER = datetime(2026, 1, 6, 8, 0)
YEAR_1 = "123456782FEC20221231.txt"
YEAR_2 = "123456782FEC20231231.txt"

Line = dict[str, str]


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    con = open_store(tmp_path_factory.mktemp("fec") / "store.duckdb")
    yield con
    con.close()


@pytest.fixture
def store(shared_store: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The store, emptied: opening a file for each test takes longer than the tests."""
    for table in ("claims", "payments", "debtors", "creditors"):
        shared_store.execute("delete from main." + table)
        shared_store.execute("delete from past." + table)
    shared_store.execute("delete from intake.quarantine")
    shared_store.execute("drop table if exists intake.fec_lines")
    shared_store.execute("drop table if exists intake.fec_files")
    return shared_store


def line(journal: str, number: int, day: str, account: str, amount: str, **more: str) -> Line:
    """One line; a negative amount is a credit. ``customer`` and ``letter`` may be given."""
    value = Decimal(amount)
    return {
        "JournalCode": journal,
        "JournalLib": {"VE": "Ventes", "BQ": "Banque", "AN": "A nouveaux"}.get(journal, "OD"),
        "EcritureNum": str(number),
        "EcritureDate": day,
        "CompteNum": account,
        "CompteLib": "Clients" if account.startswith("41") else "Autre",
        "CompAuxNum": more.get("customer", ""),
        "CompAuxLib": more.get("name", ""),
        "PieceRef": more.get("piece", f"P{number}"),
        "PieceDate": more.get("piece_date", day),
        "EcritureLib": more.get("label", "libellé"),
        "Debit": more.get("debit", str(max(value, Decimal(0))).replace(".", ",")),
        "Credit": more.get("credit", str(max(-value, Decimal(0))).replace(".", ",")),
        "EcritureLet": more.get("letter", ""),
        "ValidDate": day,
    }


def invoice(number: int, day: str, customer: str, amount: str, letter: str = "") -> list[Line]:
    vat = (Decimal(amount) / 6).quantize(Decimal("0.01"))
    return [
        line("VE", number, day, "411000", amount, customer=customer, letter=letter),
        line("VE", number, day, "706000", str(vat - Decimal(amount))),
        line("VE", number, day, "445710", str(-vat)),
    ]


def receipt(number: int, day: str, customer: str, amount: str, letter: str = "") -> list[Line]:
    return [
        line("BQ", number, day, "512000", amount),
        line("BQ", number, day, "411000", "-" + amount, customer=customer, letter=letter),
    ]


def opening(number: int, day: str, customer: str, amount: str, letter: str = "") -> list[Line]:
    return [
        line("AN", number, day, "411000", amount, customer=customer, letter=letter),
        line("AN", number, day, "890000", str(-Decimal(amount))),
    ]


def text(lines: Sequence[Line], separator: str = "\t", end: str = "\r\n") -> str:
    rows = [separator.join(NAMES)]
    rows += [separator.join(one.get(name, "") for name in NAMES) for one in lines]
    return end.join(rows) + end


def write(folder: Path, name: str, lines: Sequence[Line]) -> Path:
    path = folder / name
    path.write_text(text(lines), encoding="utf-8", newline="")
    return path


def take(con: duckdb.DuckDBPyConnection, path: Path, at: datetime = NOW) -> SourceReport:
    return import_file(con, path, imported_at=at)


def open_claims(con: duckdb.DuckDBPyConnection) -> dict[str, Decimal]:
    """Open amount by invoice number or claim, without the settled ones."""
    rows = con.execute(
        "select coalesce(invoice_number, claim_id), amount - coalesce((select sum(p.amount)"
        " from payments p where p.claim_id = c.claim_id), 0) as open_amount"
        " from claims c where open_amount <> 0"
    ).fetchall()
    return dict(rows)


def in_hand(con: duckdb.DuckDBPyConnection) -> Decimal:
    rows = con.execute("select coalesce(sum(amount), 0) from payments where claim_id is null")
    return Decimal(rows.fetchall()[0][0])


def published(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    claims = con.execute(
        "select claim_id, debtor_id, invoice_number, issued_on, due_on, amount, nature,"
        " known_on, marks from claims order by 1"
    ).fetchall()
    payments = con.execute(
        "select payment_id, claim_id, debtor_id, paid_on, amount, method, allocation"
        " from payments order by 1"
    ).fetchall()
    return claims + payments


def books(report: SourceReport) -> None:
    assert report.read == report.accepted + report.out_of_scope + report.quarantined
    total = report.amount_accepted + report.amount_out_of_scope + report.amount_quarantined
    assert report.amount_read == total
    for side in report.sides.values():
        assert side["read"] == side["accepted"] + side["out_of_scope"] + side["quarantined"]
    assert report.amount_read == sum(side["read"] for side in report.sides.values())


def identity(con: duckdb.DuckDBPyConnection, day: str) -> None:
    """Σ open − Σ credits in hand = balance of each customer, of what is known on a day."""
    wrong = con.execute(
        """
        with known as (select * from claims where known_on <= $day),
        paid as (select * from payments where paid_on <= $day),
        taken as (select claim_id, sum(amount) as amount from paid group by claim_id),
        opened as (
            select debtor_id, sum(known.amount - coalesce(taken.amount, 0)) as amount,
                min(known.amount - coalesce(taken.amount, 0)) as least_open
            from known left join taken using (claim_id) group by debtor_id
        ),
        held as (
            select debtor_id, sum(amount) as amount from paid
            where claim_id is null or claim_id not in (select claim_id from known)
            group by debtor_id
        ),
        balances as (
            select ledger || ':' || customer as debtor_id, sum(net) as balance
            from intake.fec_lines where entry_date <= $day group by all
        )
        select balances.debtor_id, balance, opened.amount, held.amount
        from balances left join opened using (debtor_id) left join held using (debtor_id)
        where balance <> coalesce(opened.amount, 0) - coalesce(held.amount, 0)
            or opened.least_open < 0 or held.amount < 0
        """,
        {"day": day},
    ).fetchall()
    assert wrong == []


def test_an_invoice_and_its_lettered_receipt_settle_each_other(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = invoice(1, "20220110", "DUPONT", "120.00", "A") + receipt(
        2, "20220301", "DUPONT", "120.00", "A"
    )

    report = take(store, write(tmp_path, YEAR_1, lines))

    claim = store.execute(
        "select claim_id, debtor_id, creditor_id, invoice_number, issued_on, due_on, date_basis,"
        " amount, vat_amount, currency, nature, known_on, marks from claims"
    ).fetchall()
    name = "123456782:VE:1:20220110:DUPONT:120.00"
    assert claim == [
        (
            *(name, "123456782:DUPONT", "123456782", "P1", date(2022, 1, 10), date(2022, 2, 9)),
            *("assumed", Decimal(120), Decimal(20), "EUR", "contract", date(2022, 1, 10), None),
        )
    ]
    payment = store.execute(
        "select claim_id, paid_on, amount, method, allocation from payments"
    ).fetchall()
    assert payment == [(name, date(2022, 3, 1), Decimal(120), "transfer", "lettered")]
    assert (report.read, report.accepted, report.out_of_scope) == (5, 2, 3)
    books(report)


def test_a_letter_with_debits_only_stays_open_and_is_marked(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = invoice(1, "20220110", "A", "50.00", "X") + receipt(2, "20220301", "A", "50.00")

    take(store, write(tmp_path, YEAR_1, lines))

    assert open_claims(store) == {"P1": Decimal(50)}
    assert in_hand(store) == Decimal(50)
    assert store.execute("select marks from claims").fetchall() == [(["lettered_outside_file"],)]


def test_what_letters_leave_over_is_allocated_to_the_oldest_first_and_said_inferred(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = [
        *opening(1, "20220101", "A", "30.00"),
        *invoice(2, "20220110", "A", "50.00"),
        *receipt(3, "20220301", "A", "45.00", "Z"),
    ]

    take(store, write(tmp_path, YEAR_1, lines))

    assert open_claims(store) == {"P2": Decimal(35)}
    parts = store.execute(
        "select payment_id, amount, allocation from payments order by 1"
    ).fetchall()
    stem = "123456782:BQ:3:20220301:A:-45.00"
    assert parts == [
        (stem, Decimal(30), "inferred"),
        (stem + "#2", Decimal(15), "inferred"),
    ]
    opening_claim = store.execute(
        "select issued_on, due_on, date_basis, known_on, marks from claims where amount = 30"
    ).fetchall()
    marks = ["opening_balance", "inferred_allocation"]
    assert opening_claim == [(None, None, "unknown", date(2022, 1, 1), marks)]


def test_a_letter_used_by_two_customers_does_not_mix_them(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = [
        *invoice(1, "20220110", "A", "50.00", "AA"),
        *invoice(2, "20220111", "B", "60.00", "AA"),
        *receipt(3, "20220301", "B", "60.00", "AA"),
    ]

    take(store, write(tmp_path, YEAR_1, lines))

    assert open_claims(store) == {"P1": Decimal(50)}


def test_the_kind_of_a_credit_is_read_from_what_stands_opposite(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = [
        line("VE", 1, "20220105", "411000", "-12.00", customer="A"),
        line("VE", 1, "20220105", "706000", "12.00"),
        line("BQ", 2, "20220106", "411000", "-13.00", customer="A", label="REMISE CHQ 12"),
        line("BQ", 2, "20220106", "512000", "13.00"),
        line("BQ", 3, "20220107", "411000", "-14.00", customer="A", label="PRLV SEPA"),
        line("BQ", 3, "20220107", "512000", "14.00"),
        line("CA", 4, "20220108", "411000", "-15.00", customer="A"),
        line("CA", 4, "20220108", "530000", "15.00"),
        line("OD", 5, "20220109", "411000", "-12.00", customer="A"),
        line("OD", 5, "20220109", "654000", "10.00"),
        line("OD", 5, "20220109", "445710", "2.00"),
        line("OD", 6, "20220110", "411000", "-17.00", customer="A"),
        line("OD", 6, "20220110", "401000", "17.00"),
        line("OD", 7, "20220111", "411000", "-18.00", customer="A"),
        line("OD", 7, "20220111", "467000", "18.00"),
    ]

    take(store, write(tmp_path, YEAR_1, lines))

    methods = store.execute("select method from payments order by paid_on").fetchall()
    assert [method for (method,) in methods] == [
        *("credit_note", "cheque", "direct_debit", "cash", "write_off", "set_off", "other")
    ]


def test_a_bounced_payment_is_a_claim_of_unknown_date(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = [
        line("BQ", 1, "20220105", "411000", "90.00", customer="A"),
        line("BQ", 1, "20220105", "512000", "-90.00"),
    ]

    take(store, write(tmp_path, YEAR_1, lines))

    claim = store.execute(
        "select nature, issued_on, due_on, date_basis, known_on, marks from claims"
    ).fetchall()
    assert claim == [("other", None, None, "unknown", date(2022, 1, 5), None)]


def test_several_lines_of_one_piece_in_one_entry_are_one_invoice(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = [
        line("VE", 1, "20220105", "411000", "90.00", customer="A"),
        line("VE", 1, "20220105", "411000", "30.00", customer="A"),
        line("VE", 1, "20220105", "411000", "7.00", customer="A", piece="other"),
        line("VE", 1, "20220105", "706000", "-127.00"),
    ]

    take(store, write(tmp_path, YEAR_1, lines))

    assert open_claims(store) == {"P1": Decimal(120), "other": Decimal(7)}


def test_three_identical_lines_are_three_lines(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = receipt(1, "20220105", "A", "9.00") * 3

    path = write(tmp_path, YEAR_1, lines)
    take(store, path)
    take(store, path, LATER)

    assert in_hand(store) == Decimal(27)


def test_negative_amounts_change_sides_and_zero_lines_make_nothing(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = [
        line("VE", 1, "20220105", "411000", "0", customer="A", debit="-40,00", credit="0,00"),
        line("VE", 1, "20220105", "706000", "0", debit="0,00", credit="-40,00"),
        line("VE", 2, "20220105", "411000", "0", customer="A"),
    ]

    report = take(store, write(tmp_path, YEAR_1, lines))

    assert store.execute("select amount, method from payments").fetchall() == [
        (Decimal(40), "credit_note")
    ]
    assert store.execute("select count(*) from claims").fetchall() == [(0,)]
    assert report.accepted == 2
    books(report)


def test_importing_twice_changes_nothing(store: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = write(tmp_path, YEAR_1, invoice(1, "20220105", "A", "10.00"))
    first = take(store, path)
    before = published(store)

    again = take(store, path, LATER)

    assert published(store) == before
    assert again == first
    times = store.execute(
        "select distinct imported_at from (select imported_at from claims union all"
        " select imported_at from debtors union all select imported_at from creditors)"
    ).fetchall()
    assert times == [(NOW,)]
    assert store.execute("select count(*) from past.claims").fetchall() == [(0,)]


def test_a_later_export_of_the_year_brings_its_lettering(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    january = invoice(1, "20220105", "A", "10.00") + invoice(2, "20220106", "A", "25.00")
    paid = receipt(3, "20220205", "A", "25.00", "AA")
    lettered = invoice(1, "20220105", "A", "10.00") + invoice(2, "20220106", "A", "25.00", "AA")
    take(store, write(tmp_path, "123456782FEC20220131.txt", january + paid))
    assert open_claims(store) == {"P2": Decimal(10)}

    take(store, write(tmp_path, YEAR_1, lettered + paid), LATER)

    assert open_claims(store) == {"P1": Decimal(10)}
    assert store.execute("select count(*) from intake.fec_files").fetchall() == [(1,)]


def test_overlapping_exports_are_united_line_by_line(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    january = invoice(1, "20220105", "A", "10.00")
    march = invoice(2, "20220306", "A", "25.00")
    may = invoice(3, "20220506", "A", "31.00")
    take(store, write(tmp_path, "123456782FEC20220331.txt", january + march))

    take(store, write(tmp_path, "123456782FEC20220531.txt", march + may), LATER)

    assert open_claims(store) == {"P1": Decimal(10), "P2": Decimal(25), "P3": Decimal(31)}
    identity(store, "2022-12-31")


def two_years() -> tuple[list[Line], list[Line]]:
    first = [
        *opening(1, "20220101", "C", "5.00"),
        *invoice(2, "20220610", "A", "100.00", "AA"),
        *receipt(3, "20220701", "A", "100.00", "AA"),
        *invoice(4, "20221110", "A", "70.00"),
        *invoice(5, "20221111", "B", "80.00", "AB"),
        *receipt(6, "20221205", "D", "15.00"),
    ]
    second = [
        *opening(1, "20230101", "A", "70.00", "AA"),
        *opening(1, "20230101", "B", "80.00", "AA"),
        *opening(1, "20230101", "C", "5.00"),
        *opening(1, "20230101", "D", "-15.00"),
        *receipt(2, "20230115", "A", "70.00", "AA"),
        *receipt(3, "20230116", "B", "80.00", "AA"),
        *invoice(4, "20230210", "A", "33.00"),
    ]
    return first, second


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_years_chain_without_double_counting_in_either_order(
    store: duckdb.DuckDBPyConnection, tmp_path: Path, order: tuple[int, int]
) -> None:
    years = two_years()
    paths = [write(tmp_path, YEAR_1, years[0]), write(tmp_path, YEAR_2, years[1])]

    for place in order:
        report = take(store, paths[place])
        books(report)

    open_now = open_claims(store)
    assert sorted(open_now.values()) == [Decimal(5), Decimal(33)]
    assert in_hand(store) == Decimal(15)
    outside = "select count(*) from claims where list_contains(marks, 'lettered_outside_file')"
    assert store.execute(outside).fetchall() == [(0,)]  # B is settled: the mark is gone


def test_a_difference_between_closing_and_opening_is_kept_and_said(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    take(store, write(tmp_path, YEAR_1, invoice(1, "20220610", "A", "100.00")))

    report = take(store, write(tmp_path, YEAR_2, opening(1, "20230101", "A", "110.00")))

    assert sorted(open_claims(store).values()) == [Decimal(10), Decimal(100)]
    assert any("opening balances differ" in note for note in report.notes)
    assert (report.accepted, report.out_of_scope) == (0, 2)


def test_letters_that_begin_anew_each_year_do_not_meet(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    first = invoice(1, "20220610", "A", "100.00", "AA") + receipt(
        2, "20220701", "A", "100.00", "AA"
    )
    second = invoice(1, "20230610", "A", "40.00", "AA")
    take(store, write(tmp_path, YEAR_1, first))

    take(store, write(tmp_path, YEAR_2, second))

    assert list(open_claims(store).values()) == [Decimal(40)]


def test_accounting_years_follow_overlaps_and_opening_lines() -> None:
    whole = FilePeriod("a", date(2022, 1, 1), date(2022, 6, 30), has_opening=True)
    rest = FilePeriod("b", date(2022, 7, 1), date(2022, 12, 31), has_opening=False)
    following = FilePeriod("c", date(2022, 12, 31), date(2023, 12, 31), has_opening=True)

    years = accounting_years([following, rest, whole])

    assert years == {"a": date(2022, 1, 1), "b": date(2022, 1, 1), "c": date(2022, 12, 31)}


moves = st.lists(
    st.tuples(
        st.sampled_from(["invoice", "receipt", "opening", "other"]),
        st.integers(1, 28),
        st.integers(1, 12),
        st.sampled_from("AB"),
        st.integers(-500, 900).filter(bool),
        st.sampled_from(["", "", "X", "Y"]),
    ),
    max_size=14,
)


def entries(drawn: Sequence[tuple[str, int, int, str, int, str]], year: int) -> list[Line]:
    """Lines of drawn moves; openings fall on the first day of the year."""
    lines: list[Line] = []
    journals = {"invoice": ("VE", "706000"), "receipt": ("BQ", "512000")}
    for number, (kind, day, month, customer, cents, letter) in enumerate(drawn, start=1):
        journal, other = journals.get(kind, ("OD", "467000"))
        if kind == "opening":
            journal, other, day, month = "AN", "890000", 1, 1
        amount = Decimal(-cents if kind == "receipt" else cents) / 100
        on = f"{year}{month:02}{day:02}"
        lines += [
            line(journal, number, on, "411000", str(amount), customer=customer, letter=letter),
            line(journal, number, on, other, str(-amount)),
        ]
    return lines


def balances(lines: Sequence[Line]) -> dict[str, Decimal]:
    totals: Counter[str] = Counter()
    for one in lines:
        if one["CompteNum"] == "411000":
            cents = Decimal(one["Debit"].replace(",", ".")) - Decimal(
                one["Credit"].replace(",", ".")
            )
            totals[one["CompAuxNum"]] += cents  # type: ignore[assignment]
    return {name: Decimal(total) for name, total in totals.items() if total}


def derived(con: duckdb.DuckDBPyConnection, ledger: str) -> dict[str, Decimal]:
    rows = con.execute(
        "select split_part(debtor_id, ':', 2), sum(amount) from ("
        " select debtor_id, amount from claims where creditor_id = $ledger union all"
        " select debtor_id, -amount from payments where creditor_id = $ledger"
        ") group by all having sum(amount) <> 0",
        {"ledger": ledger},
    ).fetchall()
    return dict(rows)


ledgers = iter(f"ledger{number}" for number in range(10_000))


@settings(max_examples=6, deadline=None, derandomize=True)
@given(drawn=moves)
def test_open_less_credits_is_the_balance_of_each_customer_on_any_day(
    shared_store: duckdb.DuckDBPyConnection,
    tmp_path_factory: pytest.TempPathFactory,
    drawn: list[tuple[str, int, int, str, int, str]],
) -> None:
    ledger = next(ledgers)
    lines = entries(drawn, 2022)
    folder = tmp_path_factory.mktemp("one")

    report = take(shared_store, write(folder, ledger + "FEC20221231.txt", lines))

    books(report)
    assert derived(shared_store, ledger) == balances(lines)
    for day in ("2022-01-01", "2022-03-15", "2022-07-31", "2022-12-31"):
        identity(shared_store, day)


@settings(max_examples=3, deadline=None, derandomize=True)
@given(first=moves, second=moves, with_letters=st.sampled_from(["", "X"]))
def test_chained_years_give_the_balance_of_the_last_in_either_order(
    shared_store: duckdb.DuckDBPyConnection,
    tmp_path_factory: pytest.TempPathFactory,
    first: list[tuple[str, int, int, str, int, str]],
    second: list[tuple[str, int, int, str, int, str]],
    with_letters: str,
) -> None:
    year_1 = entries([("invoice", 2, 1, "A", 100, ""), *first], 2022)
    openings = [
        one
        for customer, balance in sorted(balances(year_1).items())
        for one in opening(99, "20230101", customer, str(balance), with_letters)
    ]
    year_2 = openings + entries([move for move in second if move[0] != "opening"], 2023)
    folder = tmp_path_factory.mktemp("two")
    in_order, backwards = next(ledgers), next(ledgers)

    for ledger, order in ((in_order, (0, 1)), (backwards, (1, 0))):
        paths = [
            write(folder, ledger + "FEC20221231.txt", year_1),
            write(folder, ledger + "FEC20231231.txt", year_2),
        ]
        for place in order:
            take(shared_store, paths[place])

    assert derived(shared_store, in_order) == balances(year_2)
    assert told_of(shared_store, in_order) == told_of(shared_store, backwards)
    assert overpaid(shared_store, in_order) == []


def told_of(con: duckdb.DuckDBPyConnection, ledger: str) -> list[tuple[object, ...]]:
    """Claims and payments of a ledger, its own name taken out."""
    return con.execute(
        "select replace(claim_id, $ledger, ''), replace(debtor_id, $ledger, ''), amount,"
        " known_on, due_on, marks::varchar, '' from claims where creditor_id = $ledger union all"
        " select replace(payment_id, $ledger, ''), replace(claim_id, $ledger, ''), amount,"
        " paid_on, null, allocation, method from payments where creditor_id = $ledger order by all",
        {"ledger": ledger},
    ).fetchall()


def overpaid(con: duckdb.DuckDBPyConnection, ledger: str) -> list[tuple[object, ...]]:
    return con.execute(
        "select claim_id from claims join payments using (claim_id)"
        " where claims.creditor_id = $ledger group by claim_id, claims.amount"
        " having sum(payments.amount) > claims.amount",
        {"ledger": ledger},
    ).fetchall()
