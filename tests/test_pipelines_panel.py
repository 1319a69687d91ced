"""The panel: what each day knew, and what came of it."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from data_schema import tables
from law.rows import rows as law_rows
from pipelines.build import attach_rows, build, connect, frame
from pipelines.door import DOOR
from pipelines.panel import panel
from pipelines.store import open_store, quoted, statement, stored_columns

KNOWN_BY = date(2026, 6, 30)
DAYS = [date(2025, 3, 1), date(2025, 6, 1)]
ISSUED = {"debtor_id": "d", "issued_on": date(2025, 1, 1), "due_on": date(2025, 1, 31)}
ROWS = {
    "debtors": [{"debtor_id": "d", "kind": "company"}, {"debtor_id": "e", "kind": "company"}],
    "claims": [
        {"claim_id": "paid", "amount": 100, **ISSUED},
        {"claim_id": "part", "amount": 100, **ISSUED},
        {"claim_id": "lost", "amount": 100, **ISSUED},
        {"claim_id": "sued", "amount": 100, **ISSUED},
        {"claim_id": "dollars", "amount": 100, "currency": "USD", **ISSUED},
        {"claim_id": "failed", "amount": 100, **ISSUED, "debtor_id": "e"},
        {"claim_id": "struck", "amount": 100, **ISSUED, "deleted_on": date(2025, 5, 1)},
        {"claim_id": "new", "amount": 100, **ISSUED, "issued_on": date(2025, 5, 1)},
    ],
    "payments": [
        {"payment_id": "p1", "claim_id": "paid", "paid_on": date(2025, 3, 11), "amount": 60},
        {"payment_id": "p2", "claim_id": "paid", "paid_on": date(2025, 4, 10), "amount": 40},
        {"payment_id": "p3", "claim_id": "part", "paid_on": date(2025, 3, 31), "amount": 30},
        {"payment_id": "p4", "claim_id": "part", "paid_on": date(2026, 5, 31), "amount": 30},
        {
            "payment_id": "p5",
            "claim_id": "lost",
            "paid_on": date(2025, 9, 9),
            "amount": 100,
            "method": "write_off",
        },
        {"payment_id": "p6", "claim_id": "sued", "paid_on": date(2025, 12, 1), "amount": 100},
        {"payment_id": "p7", "claim_id": "dollars", "paid_on": date(2025, 7, 1), "amount": 500},
    ],
    "exchange_rates": [{"currency": "USD", "on": date(2025, 1, 1), "eur_per_unit": Decimal("0.9")}],
    "insolvencies": [{"debtor_id": "e", "opened_on": date(2025, 8, 1), "kind": "liquidation"}],
    "legal_steps": [
        {
            "step_id": "s",
            "claim_id": "sued",
            "procedure": "payment_order",
            "step": "filed",
            "on": date(2025, 10, 1),
        }
    ],
    "facts": [
        {
            "subject_type": "claim",
            "subject_id": "paid",
            "name": "score",
            "value": "4",
            "known_on": date(2025, 2, 1),
        }
    ],
}
DOOR_ROWS = {
    **law_rows(KNOWN_BY),
    "journal.decisions": (DOOR["journal.decisions"], []),
    "settings.run": (DOOR["settings.run"], [(360, Decimal(0), 30)]),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("panel") / "store.duckdb"
    con = open_store(path)
    for name, rows in ROWS.items():
        columns = list(stored_columns(tables("in")[name]))
        named = ", ".join(map(quoted, columns))
        marks = ", ".join("?" for _ in columns)
        con.executemany(
            statement(
                "insert into {table} ({named}) values ({marks})",
                table=quoted(name),
                named=named,
                marks=marks,
            ),
            [[row.get(column) for column in columns] for row in rows],
        )
    con.close()
    return path


@pytest.fixture(scope="module")
def seen(store):
    return panel(store, DOOR_ROWS, DAYS, known_by=KNOWN_BY)


def outcome(outcomes, claim, day):
    rows = outcomes[(outcomes["claim_id"] == claim) & (outcomes["day"] == pd.Timestamp(day))]
    assert len(rows) == 1
    row = rows.iloc[0]
    return tuple(
        None if pd.isna(row[name]) else row[name]
        for name in ("days_to_full", "days_to_any", "cash_365", "censored_after_days", "ended_as")
    )


@pytest.mark.parametrize(
    ("claim", "day", "expected"),
    [
        ("paid", DAYS[0], (40, 10, 100.0, 486, "paid")),
        # The second part came 456 days after the day: seen, but not within the year.
        ("part", DAYS[0], (None, 30, 30.0, 486, "open")),
        ("part", DAYS[1], (None, 364, 30.0, 394, "open")),
        ("lost", DAYS[0], (None, None, 0.0, 192, "write_off")),
        # Paid, but after the lawsuit: no amicable payment.
        ("sued", DAYS[0], (None, None, 100.0, 214, "litigation")),
        ("failed", DAYS[1], (None, None, 0.0, 61, "insolvency")),
        # Paid far over: no more cash than was open.
        ("dollars", DAYS[1], (30, 30, 90.0, 394, "paid")),
        ("struck", DAYS[0], (None, None, 0.0, 0, "open")),
        ("new", DAYS[1], (None, None, 0.0, 394, "open")),
    ],
)
def test_what_came_of_a_claim(seen, claim, day, expected):
    assert outcome(seen[2], claim, day) == expected


def test_each_day_has_the_claims_open_that_day_and_no_other(seen):
    features, extras, outcomes = seen
    opened = {
        day: set(features.loc[features["day"] == pd.Timestamp(day), "claim_id"]) for day in DAYS
    }

    assert opened[DAYS[0]] == {"paid", "part", "lost", "sued", "dollars", "failed", "struck"}
    assert opened[DAYS[1]] == {"part", "lost", "sued", "dollars", "failed", "new"}
    assert outcomes[["claim_id", "day"]].equals(features[["claim_id", "day"]])
    assert list(extras["claim_id"]) == ["paid"]


def test_the_features_of_a_past_day_are_those_of_its_own_run(seen):
    con = connect(None)
    attach_rows(con, {"settings.run": [{"assumed_terms_days": 30, "tolerance": 0}], **ROWS})
    build(con, ["features.claim_features"], as_of=DAYS[0])
    then = frame(con, "features.claim_features")

    features = seen[0]
    now = features[features["day"] == pd.Timestamp(DAYS[0])].drop(columns="day")

    pd.testing.assert_frame_equal(now.reset_index(drop=True), then, check_dtype=False)


def test_nothing_after_the_day_of_knowledge_is_seen(store):
    _, _, outcomes = panel(store, DOOR_ROWS, DAYS[:1], known_by=date(2025, 3, 15))

    assert outcome(outcomes, "paid", DAYS[0]) == (None, 10, 60.0, 14, "open")


def test_days_after_the_day_of_knowledge_are_refused(store):
    with pytest.raises(ValueError, match="2025-01-01"):
        panel(store, DOOR_ROWS, DAYS, known_by=date(2025, 1, 1))
    with pytest.raises(ValueError, match="must be given"):
        panel(store, DOOR_ROWS, [], known_by=KNOWN_BY)
