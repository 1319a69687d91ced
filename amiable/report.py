"""The Bilan on paper: the published figures, read and set."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from amiable.errors import AmiableError
from amiable.home import Home
from letters import bilan
from pipelines.warehouse import Warehouse

MOST = 8
"""Claims printed for each line; how many more there are is said."""


def look(warehouse: Warehouse) -> bilan.Look:
    """The figures of the first look at the published portfolio."""
    lines = {row["line"]: row for row in warehouse.bilan("lines")}
    return bilan.Look(lines, warehouse.bilan("figures")[0])


def report(home: Home, target: Path, *, language: str, as_of: date | None = None) -> int:
    """Write the Bilan of the published day, or of one gone by, as PDF; returns its open claims.

    Raises
    ------
    AmiableError
        For another ending than ``.pdf``, or a file that cannot be written.
    """
    if target.suffix.lower() != ".pdf":
        raise AmiableError(f"{target}: the Bilan is written to a .pdf file.")
    with Warehouse(home.path, as_of) as warehouse:
        made, n = bilan_pdf(warehouse, language=language, invented=home.is_demo)
    write_bytes(target, made)
    return n


def bilan_pdf(warehouse: Warehouse, *, language: str, invented: bool) -> tuple[bytes, int]:
    """The Bilan of a published day as PDF, and its number of open claims."""
    looked = look(warehouse)
    claims = {
        line: warehouse.bilan("claims", line=line, most=MOST)
        for line in looked.lines
        if line not in bilan.AGES
    }
    run = warehouse.versions()[0]
    models = ", ".join(f"{name} {made}" for name, made in json.loads(run["models"]).items())
    made = bilan.on_paper(
        looked,
        claims,
        warehouse.bilan("credits", most=MOST),
        warehouse.bilan("creditors"),
        {**run, "models": models},
        language=language,
        invented=invented,
    )
    return made, int(looked.figures["n_claims"])


def write_bytes(target: Path, content: bytes) -> None:
    """Write a file whole.

    Raises
    ------
    AmiableError
        When it cannot be written.
    """
    try:
        target.write_bytes(content)
    except OSError as error:
        raise AmiableError(f"{target} cannot be written: {error.strerror or error}.") from error
