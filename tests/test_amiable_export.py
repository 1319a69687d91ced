"""Exports keep figures as they are and never carry a formula."""

import pandas as pd
import pytest

from amiable.errors import AmiableError
from amiable.export import harmless, write

HOSTILE = pd.DataFrame(
    {
        "name": ["=cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "+33 1 99 00 12 34", "Dupont"],
        "amount": [-12.5, 1.0, 2.0, 3.0, 4.0],
        "claims": [["=A1", "B"], [], ["C"], ["D"], ["E"]],
    }
)


def test_text_that_a_spreadsheet_would_run_is_made_plain():
    made = harmless(HOSTILE)

    assert made["name"].tolist()[:4] == [f"'{text}" for text in HOSTILE["name"][:4]]
    assert made["claims"].iloc[0] == "'=A1 | B"


def test_figures_and_proper_names_stay_as_they_are():
    made = harmless(HOSTILE)

    assert made["amount"].tolist() == HOSTILE["amount"].tolist()
    assert made["name"].iloc[4] == "Dupont"


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_an_invented_portfolio_says_so_in_every_row(tmp_path, ending):
    target = tmp_path / f"worklist.{ending}"

    write(HOSTILE, target, watermark="DEMO")

    read = {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet}[ending]
    assert set(read(target)["portfolio"]) == {"DEMO"}


def test_an_unknown_ending_is_refused(tmp_path):
    with pytest.raises(AmiableError, match="csv"):
        write(HOSTILE, tmp_path / "worklist.doc")
