"""The invented home that the notebooks share: made once, copied by those that change it."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import date, datetime
from pathlib import Path

from amiable.demo import demo
from amiable.home import Home
from amiable.logs import Steps

DAY = date(2026, 11, 20)


def portfolio(*, own_copy: bool = False) -> Home:
    """A home with 600 invented claims, trained and run as of ``DAY``.

    It lies in ``$AMIABLE_NOTEBOOKS``, or in the folder of temporary files.
    """
    folder = Path(os.environ.get("AMIABLE_NOTEBOOKS", Path(tempfile.gettempdir()) / "notebooks"))
    path = folder / "portfolio-600"
    if not (path / "warehouse.duckdb").exists():
        shutil.rmtree(path, ignore_errors=True)
        home = Home.at(path, make=True)
        demo(home, DAY, claims=600, seed=3, now=datetime(2026, 11, 20, 8, 0), steps=Steps())
    if not own_copy:
        return Home.at(path)
    mine = Path(tempfile.mkdtemp()) / "home"
    shutil.copytree(path, mine, symlinks=True)
    return Home.at(mine)
