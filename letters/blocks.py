"""A message as blocks: what a template's Markdown says, before it becomes text or paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

#: Stands before every value that a template prints, so that no value reads as Markdown.
GUARD = "\ue000"
_TABLES = {"[invoices]": "invoices", "[plan]": "plan", "[exhibits]": "exhibits"}


@dataclass(frozen=True, slots=True)
class Block:
    """``kind`` is ``paragraph``, ``item`` or ``table``; ``text`` names the table."""

    kind: str
    text: str


def parsed(rendered: str) -> tuple[str, list[Block]]:
    r"""Subject (the ``#`` line) and blocks of a rendered template.

    Lines that follow one another are one paragraph; ``-`` begins an item.

    >>> parsed("# Facture\n\nUn\ndeux\n\n- trois\n- quatre\n\n[invoices]\n")[1][0].text
    'Un deux'
    >>> parsed(f"# A\n\n{GUARD}- pas un point")[1]
    [Block(kind='paragraph', text='- pas un point')]
    """
    subject, blocks, held = "", [], list[str]()

    def close() -> None:
        if held:
            blocks.append(Block("paragraph", _bare(held)))
            held.clear()

    for line in map(str.strip, rendered.splitlines()):
        if not line:
            close()
        elif line.startswith("# ") and not subject:
            subject = _bare([line[2:]])
        elif line in _TABLES:
            close()
            blocks.append(Block("table", _TABLES[line]))
        elif line.startswith("- "):
            close()
            blocks.append(Block("item", _bare([line[2:]])))
        else:
            held.append(line)
    close()
    return subject, blocks


def as_text(blocks: Sequence[Block], table: Callable[[str], Sequence[str]]) -> list[str]:
    """Lines of plain text: a blank line between blocks, none between items.

    ``table`` gives the lines of a table of that name.
    """
    parts: list[str] = []
    for at, block in enumerate(blocks):
        lines = {"item": [f"- {block.text}"], "paragraph": [block.text]}.get(block.kind)
        tight = block.kind == "item" and at and blocks[at - 1].kind == "item"
        parts += [
            *([] if tight or not at else [""]),
            *(table(block.text) if lines is None else lines),
        ]
    return parts


def _bare(lines: Iterable[str]) -> str:
    return " ".join(" ".join(lines).replace(GUARD, "").split(" ")).strip()
