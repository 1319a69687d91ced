"""The statement of account says what it does not reckon."""

from datetime import date

import pytest

from letters.statement import untold


def lines(issued, first, rule="default"):
    kept = {"to_interest": None, "rule": None}
    return [
        {**kept, "line": "principal", "from_on": issued},
        {**kept, "line": "penalties", "from_on": first, "rule": rule},
    ]


def test_delay_before_the_first_rate_on_file_is_said_to_be_left_out():
    rows = lines(date(2012, 3, 1), date(2015, 1, 1))

    assert "01/01/2015" in untold(rows, "fr")
    assert "stays due" in untold(rows, "en")


@pytest.mark.parametrize(
    ("issued", "first", "rule"),
    [
        (date(2014, 12, 1), date(2015, 2, 1), "default"),
        (date(2020, 3, 1), date(2020, 4, 1), "default"),
        (date(2012, 3, 1), date(2015, 1, 1), "agreed"),
        (None, date(2015, 1, 1), "default"),
    ],
)
def test_nothing_is_said_where_every_day_has_its_rate(issued, first, rule):
    assert untold(lines(issued, first, rule), "fr") is None
