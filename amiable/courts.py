"""The table of courts by commune of a home: loaded once, read by every run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from amiable.errors import AmiableError
from amiable.home import Home

if TYPE_CHECKING:
    from pandas import DataFrame

FILE = "courts.parquet"


def load(home: Home, path: Path) -> tuple[int, list[str]]:
    """Put a table of courts into a home in place of the one before; communes, lines left out.

    Raises
    ------
    LedgerRefused
        When the file is not such a table.
    """
    from pipelines.sources.courts import read

    found = read(path)
    with home.alone():
        part = home.path / f"{FILE}.part"
        found.rows.to_parquet(part, index=False)
        part.replace(home.path / FILE)
    return found.rows["commune_code"].nunique(), found.refused


def remove(home: Home) -> bool:
    """Forget the table; whether there was one."""
    with home.alone():
        there = (home.path / FILE).exists()
        (home.path / FILE).unlink(missing_ok=True)
    return there


def seats(home: Home) -> DataFrame | None:
    """The table of a home, None without one.

    Raises
    ------
    AmiableError
        When the file is broken.
    """
    path = home.path / FILE
    if not path.exists():
        return None
    import pandas as pd

    try:
        return pd.read_parquet(path).astype(object)
    except (OSError, ValueError) as error:
        raise AmiableError(f"{path} cannot be read; load it again: amiable courts FILE.") from error
