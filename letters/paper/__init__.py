"""PDF by typst: texts go in as data (JSON), never as markup; its own fonts, no network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import typst

_HERE = Path(__file__).parent


def pdf(template: str, data: Mapping[str, Any], *, as_of: date) -> bytes:
    """The PDF of a template of this folder; the same data give the same bytes.

    ``data`` is what JSON can hold. ``as_of`` is written as the day the document was made.
    """
    made = typst.compile(
        _HERE / f"{template}.typ",
        root=_HERE,
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=True),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        timestamp=datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC),
    )
    assert isinstance(made, bytes)
    return made
