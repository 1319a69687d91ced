"""How the words of notes are read, as a page.

``uv run python -m benchmarks.profile_notes --to docs`` writes the report, in three minutes.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from string import Template

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_fscore_support

from models.profile import family_scores
from models.profile.corpus import FAMILIES, elsewhere, sentences
from models.profile.families import LEAST, SHARPNESS, FamilyModel, lessons, trained
from models.profile.family_scores import Reading, macro_f1, truth
from models.profile.notes import read
from models.profile.rules import rules

_TEMPLATE = Path(__file__).parent / "profile_notes_page.md"
_LEAST_STRENGTHS = (LEAST, 0.5, 0.7, 0.9)
_SPEED_TEXTS = 100_000


def main() -> None:
    """Write the page into the folder asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--to", type=Path, default=Path("docs"))
    page = report()
    (asked.parse_args().to / "profile_notes_report.md").write_text(page, encoding="utf-8")
    print(page)


def report() -> str:
    """The whole page."""
    written = sentences()
    readings = {
        "each style left out": family_scores.left_out(written),
        "each writer read by a model of the other": family_scores.across(written),
        "none of these sentences learnt": family_scores.from_elsewhere(written, SHARPNESS, LEAST),
    }
    first = readings["each style left out"]
    readings["each style left out, as the product says it"] = family_scores.as_said(first)
    bins = family_scores.reliability(written, first)
    gap = float((bins["n"] * (bins["stated"] - bins["true"]).abs()).sum() / bins["n"].sum())
    learnt, fit_s, decided, told = _speed(written)
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        n=f"{len(written):,}",
        least_family=int(truth(written).sum(axis=0).min()),
        elsewhere=f"{len(elsewhere()):,}",
        rows="\n".join(_row(name, written, found) for name, found in readings.items()),
        by_style="\n".join(_by_style(written, first)),
        by_family="\n".join(_by_family(written, first)),
        by_strength="\n".join(_by_strength(written, first)),
        confusions="\n".join(
            f"| {family} | {said} | {n} |"
            for (family, said), n in family_scores.confusions(written, first).head(15).items()
        ),
        bins="\n".join(
            f"| {row.n:,} | {row.stated:.2f} | {row.true:.2f} |" for row in bins.itertuples()
        ),
        gap=f"{gap:.3f}",
        sharpness=f"{first.sharpness:.1f}",
        least=f"{first.least:.3f}",
        learnt=f"{learnt:,}",
        fit_s=f"{fit_s:.1f}",
        decided=f"{round(decided, -3):,.0f}",
        told=f"{round(told, -3):,.0f}",
    )


def _row(name: str, written: pd.DataFrame, found: Reading) -> str:
    actual = truth(written)
    one = (written["writer"] == "writer_one").to_numpy()
    best = np.asarray(found.families)[found.chance.argmax(axis=1)]
    shares = [macro_f1(actual[part], found.said[part]) for part in (one | ~one, one, ~one)]
    right = float((best == written["family"]).mean())
    return f"| {name} | " + " | ".join(f"{share:.3f}" for share in (*shares, right)) + " |"


def _by_style(written: pd.DataFrame, found: Reading) -> list[str]:
    actual = truth(written)
    return [
        f"| {style} | {writer} | {part.sum()} | {macro_f1(actual[part], found.said[part]):.2f} |"
        for (writer, style), rows in written.groupby(["writer", "style"], sort=False)
        for part in [written.index.isin(rows.index)]
    ]


def _by_family(written: pd.DataFrame, found: Reading) -> list[str]:
    told = precision_recall_fscore_support(truth(written), found.said, zero_division=0)
    return [
        f"| {name} | {n} | {recall:.2f} | {precision:.2f} | {f1:.2f} |"
        for name, precision, recall, f1, n in zip(FAMILIES, *told, strict=True)
    ]


def _by_strength(written: pd.DataFrame, found: Reading) -> list[str]:
    chance = found.chance[:, [found.families.index(name) for name in FAMILIES]]
    actual = truth(written)
    return [
        f"| {least:.2f} | {(said & actual).sum() / actual.sum():.2f} "
        f"| {(said & actual).sum() / said.sum():.2f} |"
        for least in _LEAST_STRENGTHS
        for said in [chance >= least]
    ]


def _speed(written: pd.DataFrame) -> tuple[int, float, float, float]:
    """Sentences learnt, seconds to learn them; texts a second, scored and quoted."""
    learnt = lessons(written)
    start = time.perf_counter()
    model = FamilyModel().fit(learnt)
    fit_s = time.perf_counter() - start
    chance = random.Random(0)
    texts = [
        f"{text} {n}" for n, text in enumerate(chance.choices(written["text"], k=_SPEED_TEXTS))
    ]
    start = time.perf_counter()
    model.decide(texts)
    decided = len(texts) / (time.perf_counter() - start)
    part = texts[: len(texts) // 5]
    said = pd.DataFrame({"debtor_id": range(len(part)), "on": pd.Timestamp(0), "text": part})
    # Learnt and counted above; reading is timed from then on.
    trained()
    start = time.perf_counter()
    read(said, rules())
    return len(learnt), fit_s, decided, len(part) / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
