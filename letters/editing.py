"""A message whose text a person changed: read again as blocks, so that paper and e-mail agree."""

from __future__ import annotations

from dataclasses import replace

from letters.blocks import Block
from letters.render import Message
from letters.tone.letter import changed
from letters.tone.linter import Finding
from letters.writing import clean

#: Far beyond any letter, a list of two thousand invoices included.
MOST_SIGNS = 200_000


def edited(message: Message, subject: str, text: str) -> tuple[Message, list[Finding]]:
    """The message with another subject and text, and what stands against it.

    A list of invoices or instalments left as it was stays a table on paper; every other line
    beginning with ``-`` is an item, and lines that follow one another are one paragraph.

    Raises
    ------
    ValueError
        When the text is empty or longer than any letter.
    """
    if not text.strip() or not subject.strip() or len(text) > MOST_SIGNS:
        raise ValueError(f"a message holds a subject and 1 to {MOST_SIGNS} signs")
    made = replace(
        message, subject=clean(subject), blocks=tuple(_blocks(message, text)), is_edited=True
    )
    found = changed(
        message.request,
        written=(message.subject, message.text),
        edited=(made.subject, text),
        total=message.total,
    )
    return made, found


def stops(findings: list[Finding]) -> bool:
    """Whether a finding stops the message; an advice does not."""
    return any(not each.advice for each in findings)


def _blocks(message: Message, text: str) -> list[Block]:
    tables = {
        (*(f"- {line}" for line in table.lines), *filter(None, [table.total])): name
        for name, table in message.tables.items()
        if table.lines
    }
    blocks: list[Block] = []
    for group in _groups(text):
        name = tables.get(tuple(group))
        if name is not None:
            blocks.append(Block("table", name))
            continue
        held: list[str] = []
        for line in [*group, "- "]:
            if line.startswith("- ") or line == "-":
                if held:
                    blocks.append(Block("paragraph", " ".join(held)))
                    held = []
                if line[2:].strip():
                    blocks.append(Block("item", line[2:].strip()))
            else:
                held.append(line)
    return blocks


def _groups(text: str) -> list[list[str]]:
    """Runs of lines that no empty line parts; each line cleaned of what it must not hold."""
    groups: list[list[str]] = [[]]
    for line in text.splitlines():
        # A no-break space holds a sum together and stays.
        bare = "\u00a0".join(clean(part) for part in line.split("\u00a0"))
        if bare:
            groups[-1].append(bare)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]
