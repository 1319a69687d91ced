"""How messages are read, as a page.

``uv run python -m benchmarks.messages`` writes docs/model_messages.md.
"""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path
from string import Template

import pandas as pd
import yaml

from models.messages.classifier import OutcomeModel, trained
from models.messages.corpus import sentences
from models.messages.evaluation import Score, left_out, read, score
from models.messages.proposal import LEAST_CERTAINTY

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "model_messages.md"
_SLOTS = {
    "date": "12/10", "amount": "450 €", "who": "Mme Roche", "doc": "BC", "way": "mail", "n": "3",
}  # fmt: skip
_TEMPLATE = HERE / "messages_page.md"


def main() -> None:
    """Write the page."""
    corpus = sentences()
    found = left_out(corpus)
    alone = left_out(corpus, OutcomeModel(rule_weight=0.0))
    rows = {
        "each style left out": score(found),
        "each style left out, n-grams alone": score(alone),
        "written afterwards": score(read(trained(), _unseen())),
        "notes of the invented ledger": score(read(trained(), _notes(set(corpus["outcome"])))),
    }
    by_style = [
        f"| {style} | {told.macro_f1:.2f} | {told.right:.2f} |"
        for style, part in found.groupby("style")
        for told in [score(part, outcomes=sorted(corpus["outcome"].unique()))]
    ]
    by_outcome = []
    for outcome in sorted(corpus["outcome"].unique()):
        there, said = found["outcome"] == outcome, found["read"] == outcome
        hit = (there & said).sum()
        by_outcome.append(f"| {outcome} | {hit / there.sum():.2f} | {hit / said.sum():.2f} |")
    page = Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        n=f"{len(corpus):,}",
        outcomes=corpus["outcome"].nunique(),
        styles=corpus["style"].nunique(),
        least=f"{LEAST_CERTAINTY:.2f}",
        rows="\n".join(_row(name, told) for name, told in rows.items()),
        by_style="\n".join(by_style),
        by_outcome="\n".join(by_outcome),
    )
    PAGE.write_text(page, encoding="utf-8")
    print(page)


def _row(name: str, told: Score) -> str:
    n, *shares = astuple(told)
    return f"| {name} | {n:,} | " + " | ".join(f"{share:.2f}" for share in shares) + " |"


def _unseen() -> pd.DataFrame:
    raw = yaml.safe_load((HERE / "messages_unseen.yaml").read_text(encoding="utf-8"))
    lines = [(text, outcome) for outcome, told in raw.items() for text in told.splitlines()]
    return pd.DataFrame(lines, columns=["text", "outcome"])


def _notes(outcomes: set[str]) -> pd.DataFrame:
    file = HERE.parent / "simulation" / "notes.yaml"
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    lines = [
        (text.format(**_SLOTS), outcome)
        for outcome, groups in raw.items()
        if outcome in outcomes
        for told in groups.values()
        for text in told
    ]
    return pd.DataFrame(lines, columns=["text", "outcome"])


if __name__ == "__main__":
    main()
