"""The data dictionary, written from the contract: ``python -m data_schema.dictionary``."""

from __future__ import annotations

from pathlib import Path

from data_schema.contract import Column, Table, codes, tables, word

PAGE = Path(__file__).parent.parent / "docs" / "data_dictionary.md"
_HEAD = """# Data dictionary

Generated from `data_schema/` by `python -m data_schema.dictionary`; a test keeps it up to date.
`*` marks a required column, `+` one of ours that the public contract does not list. Privacy:
business (tells of a firm), personal (tells of a person), sensitive (needs particular care).
"""


def page() -> str:
    """The whole page, in Markdown."""
    parts = [_HEAD]
    for direction, title in (("in", "Tables in"), ("out", "Tables out (schema `mart`)")):
        parts.append(f"## {title}\n")
        parts += [_table(table) for table in tables(direction).values()]
    parts.append("## Closed lists\n")
    names = {c.codes for d in ("in", "out") for t in tables(d).values() for c in t.columns}
    parts += [_list(name) for name in sorted(name for name in names if name)]
    return "\n".join(parts)


def _table(table: Table) -> str:
    lines = [
        f"### {table.name}\n",
        f"{table.grain} Key: {', '.join(f'`{key}`' for key in table.key)}.",
        "" if not table.extras else "\nFurther columns are kept and offered to the models.",
        "\n| column | type | unit | says |",
        "| --- | --- | --- | --- |",
        *(_column(column) for column in table.columns),
        "",
    ]
    return "\n".join(line for line in lines if line is not None)


def _column(column: Column) -> str:
    mark = "*" if column.required else "+" if column.extension else ""
    notes = [column.says]
    if column.codes:
        notes.append(f"List `{column.codes}`.")
    if column.refers:
        notes.append(f"Names a row of `{column.refers}`.")
    if column.default is not None:
        notes.append(f"Default {column.default}.")
    if column.privacy != "none":
        notes.append(f"Privacy: {column.privacy}.")
    kind = (
        column.sql_type if column.type != "evidence" else "list of {signal, for, weight, on, quote}"
    )
    return f"| `{column.name}`{mark} | {kind} | {column.unit or ''} | {' '.join(notes)} |"


def _list(name: str) -> str:
    rows = (
        f"| `{code}` | {word(name, code, 'fr')} | {word(name, code, 'en')} |"
        for code in codes(name)
    )
    return "\n".join(
        [f"### {name}\n", "| code | français | English |", "| --- | --- | --- |", *rows, ""]
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
