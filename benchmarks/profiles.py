"""The report on profiles: ``uv run python -m benchmarks.profiles [--quick] [--to docs]``.

Invented worlds whose true profiles are known: some through the whole road (import, train, promote
where the gates hold, run, read mart.profiles), others at the level of what the model reads. Each is
measured with no label, 100 and 300, on debtors with an open claim that nobody labelled, beside a
model that was given all true labels (of the other debtors) and beside the baselines. ``--quick``
takes three small worlds. Figures go to profiles_report.md and .json in the folder of ``--to``.
"""

import argparse
import json
import tempfile
import time
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from amiable.labels import USUAL
from benchmarks.profile_road import ROADS, travelled
from benchmarks.profile_worlds import DAY, PROFILES, WORLDS, book
from models.profile.belief import posterior
from models.profile.decision import decide
from models.profile.design import matrix
from models.profile.elicited import elicited_odds
from models.profile.judging import Trial, chance_calibration_errors, figures, judge
from models.profile.label_model import majority
from models.profile.labelling import fair_rows, queue
from models.profile.model import fit, learn
from models.profile.signals import observe
from models.verdict import failed

LABELS = (0, 100, 300)
SITTINGS = (USUAL,) * 5 + (200,)
"""Cases labelled between one training and the next: five days of the queue's usual length, then
all that is left at once, which is told for what many labels bring."""
FULL = {
    "worlds": tuple(WORLDS),
    "roads": tuple(ROADS),
    "seeds": (1, 2),
    "road_seeds": (5,),
    "debtors": 2_000,
    "claims": 20_000,
}
QUICK = {
    "worlds": ("plain", "provoked"), "roads": (), "seeds": (1,), "road_seeds": (5,),
    "debtors": 800, "claims": 3_000,
}  # fmt: skip


def of_features(name, seed, n):
    """Figures of one world at the level of features, by number of labels."""
    facts, reactions, texts, truth = book(name, n=n, seed=seed)
    signs = observe(facts, reactions, texts, as_of=DAY)
    _, whole = fit(signs, facts, truth)
    ids = facts["debtor_id"].to_numpy()

    def ask(belief, labels, day, many):
        told = pd.DataFrame({f"p_{name}": belief[:, k] for k, name in enumerate(PROFILES)})
        told.insert(0, "debtor_id", ids)
        given = pd.DataFrame(
            {
                "debtor_id": ids[labels >= 0],
                "labelled_by": "truth",
                "profile": np.asarray(PROFILES, dtype=object)[labels[labels >= 0]],
                "labelled_on": day - timedelta(days=1),
                "blind": True,
            }
        )
        asked = queue(
            told, given, labeller="truth", day=day, n=many,
            describe=lambda some: facts[facts["debtor_id"].isin(some)],
        )  # fmt: skip
        return np.flatnonzero(np.isin(ids, asked["debtor_id"]))

    labels, belief, found = np.full(n, -1), None, []
    for sitting, more in enumerate((0, *SITTINGS)):
        if more:
            rows = ask(belief, labels, DAY + timedelta(days=sitting), more)
            labels[rows] = truth[rows]
        model, past = fit(signs, facts, labels, fair=fair_rows(facts["debtor_id"], labels >= 0))
        belief = model.predict_proba(signs, facts)
        many = int((labels >= 0).sum())
        if many not in LABELS:
            continue
        unknown = labels < 0
        said = decide(belief, None, model.limits)
        refused = failed(judge(Trial(model, past, None)))
        found.append(
            compared(
                belief[unknown],
                said[unknown],
                truth[unknown],
                whole.model[unknown],
                majority(signs.seen)[unknown],
                posterior(elicited_odds(signs.seen, signs.missed))[unknown],
                labels=many,
                refused=refused,
                stability=past.agreement,
                by_lot=by_lot(signs, facts, truth, whole.model, np.arange(n), many, seed),
            )
        )
    return found


def by_lot(signs, facts, truth, whole, rows, many, seed):
    """Accuracy of the ceiling's with as many labels of ``rows`` drawn by lot, NaN without any."""
    if not many:
        return float("nan")
    labels = np.full(len(truth), -1)
    drawn = np.random.default_rng(seed).permutation(rows)[:many]
    labels[drawn] = truth[drawn]
    columns = matrix(signs, facts).astype(float)
    with threadpool_limits(1):
        base, beta, _ = learn(signs, columns, labels, np.ones(len(labels), dtype=bool))
    left = np.setdiff1d(rows, drawn)
    told = (base + columns[left] @ beta).argmax(axis=1) == truth[left]
    return float(told.mean() / (whole[left].argmax(axis=1) == truth[left]).mean())


def compared(
    belief, said, truth, whole, votes, elicited, *, labels, refused, stability, by_lot
):  # fmt: skip
    """One line of figures: the model's, the ceiling's, and those of the baselines."""
    mine, most = figures(belief, truth, said), figures(whole, truth, decide(whole))
    lines = {"majority": votes, "elicited": elicited}
    return {
        "labels": labels,
        "share_of_ceiling": mine["accuracy"] / most["accuracy"],
        "excess_log_loss": mine["log_loss"] - most["log_loss"],
        "ceiling_accuracy": most["accuracy"],
        "ceiling_log_loss": most["log_loss"],
        **{
            f"{name}_{key}": figures(each, truth, decide(each))[key]
            for name, each in lines.items()
            for key in ("accuracy", "log_loss")
        },
        "refused": refused,
        "stability": stability,
        "by_lot": by_lot,
        "chance_error": float(chance_calibration_errors(belief.max(axis=1)).mean()),
        "doubt": float((belief.argmax(axis=1) == truth).mean() - belief.max(axis=1).mean()),
        **mine,
    }


def measured(worlds, roads, seeds, road_seeds, debtors, claims):
    """Figures by world, one line per seed and number of labels."""
    found = {}
    for name in worlds:
        found[name] = [line for seed in seeds for line in of_features(name, seed, debtors)]
        _tell(name, found[name])
    for name in roads:
        found[name] = []
        for seed in road_seeds:
            with tempfile.TemporaryDirectory() as folder:
                asked = (name, Path(folder), seed, claims, LABELS, SITTINGS)
                found[name] += travelled(*asked, compared, by_lot)
        _tell(name, found[name])
    return found


def _tell(name, lines):
    for line in mean(lines):
        said = f"{name}, {line['labels']} labels: accuracy {line['accuracy']:.3f}"
        said += f" ({line['share_of_ceiling']:.3f} of the ceiling),"
        said += (
            f" excess log loss {line['excess_log_loss']:.3f}, ECE {line['calibration_error']:.3f}"
        )
        print(said, flush=True)


def mean(lines):
    """Means over the seeds, one line per number of labels."""
    keys = [key for key, value in lines[0].items() if isinstance(value, float)]
    told = []
    for many in LABELS:
        mine = [line for line in lines if line["labels"] == many]
        refused = sorted({gate for line in mine for gate in line["refused"]})
        row = {key: float(np.mean([line[key] for line in mine])) for key in keys}
        told.append({"labels": many, "refused": refused, **row})
    return told


BOUNDS = (
    ("share_of_ceiling", "accuracy at least .95 of the ceiling's", lambda v: v >= 0.95),
    ("excess_log_loss", "excess log loss at most .15", lambda v: v <= 0.15),
    ("calibration_error", "ECE at most .05", lambda v: v <= 0.05),
    ("false_bad_faith", "disorganised called bad faith at most 3 %", lambda v: v <= 0.03),
)  # fmt: skip


def page(told):
    """The report in Markdown."""
    found = {name: mean(lines) for name, lines in told["figures"].items()}
    lines = [
        "# Profiles, judged beside the truth",
        "",
        f"Made by `{told['command']}` on {told['made_on']}, amiable {told['version']},"
        f" {told['seconds']} s. Means over {len(told['seeds'])} seeds of {told['debtors']} debtors;"
        f" worlds of the whole road: {told['claims']} claims, seeds"
        f" {', '.join(map(str, told['road_seeds']))}.",
        "",
        "The ceiling is the same model given the true profile of every other debtor. Accuracy is of"
        " the likeliest profile, all figures on debtors that nobody labelled. *Majority* is the"
        " tempered vote of the signals, *elicited* the elicited rates without learning; *abstains*"
        " and what follows are of the word that is published. *ECE* is the calibration error of the"
        " likeliest in ten bins; *by chance* the mean of what a belief that is exactly right shows"
        " on as many debtors; *doubts* how far accuracy is above the mean certainty (below zero:"
        " too sure).",
        "",
        "Labels are those that the labelling queue asks of one person, three in ten drawn by lot,"
        f" trained on after each sitting: five of {USUAL}, then {SITTINGS[-1]} at once. *By lot* is"
        " the share of the ceiling's accuracy with as many labels all drawn by lot.",
        "",
    ]
    for many in LABELS:
        rows = {name: next(r for r in of if r["labels"] == many) for name, of in found.items()}
        lines += [f"## {many} labels", ""]
        lines += [
            "| world | accuracy | of ceiling | by lot | majority | elicited | log loss | excess |"
            " majority | elicited | ECE | by chance | doubts | abstains | right when said |"
            " disorganised called bad faith | stability | refused by |",
            "| --- " * 18 + "|",
        ]
        for name, row in rows.items():
            shown = (
                f"{row['accuracy']:.3f}", f"{row['share_of_ceiling']:.3f}",
                f"{row['by_lot']:.3f}" if many else "–",
                f"{row['majority_accuracy']:.3f}", f"{row['elicited_accuracy']:.3f}",
                f"{row['log_loss']:.3f}", f"{row['excess_log_loss']:+.3f}",
                f"{row['majority_log_loss']:.3f}", f"{row['elicited_log_loss']:.3f}",
                f"{row['calibration_error']:.3f}", f"{row['chance_error']:.3f}",
                f"{row['doubt']:+.3f}", f"{row['abstention']:.0%}",
                f"{row['accuracy_when_said']:.0%}", f"{row['false_bad_faith']:.2%}",
                f"{row['stability']:.2f}", ", ".join(row["refused"]) or "–",
            )  # fmt: skip
            lines.append(f"| {name} | " + " | ".join(shown) + " |")
        lines += ["", *verdicts(rows), ""]
    lines += ["## Worlds", "", "| world | what is special |", "| --- | --- |"]
    says = {**{name: world.says for name, world in WORLDS.items()}, **ROADS}
    lines += [f"| {name} | {says[name]} |" for name in found]
    return "\n".join(lines) + "\n"


def verdicts(rows):
    """Which bounds hold in how many worlds, as lines of Markdown."""
    told = []
    for key, says, holds in BOUNDS:
        missed = [f"{name} ({row[key]:.3f})" for name, row in rows.items() if not holds(row[key])]
        told.append((says, missed))
    for other in ("majority", "elicited"):
        missed = [
            name
            for name, row in rows.items()
            if row["accuracy"] < row[f"{other}_accuracy"]
            or row["log_loss"] > row[f"{other}_log_loss"]
        ]
        told.append((f"better than {other} in accuracy and log loss", missed))
    return [
        f"- {says}: {len(rows) - len(missed)} of {len(rows)} worlds"
        + (f"; not {', '.join(missed)}" if missed else "")
        for says, missed in told
    ]


def main(given=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--worlds", help="some of: " + ", ".join((*WORLDS, *ROADS)))
    parser.add_argument("--road-seeds", help="seeds of the worlds of the whole road, as 5,6")
    parser.add_argument("--to", type=Path, help="folder of the report")
    asked = parser.parse_args(given)
    plan = dict(QUICK if asked.quick else FULL)
    if asked.worlds:
        wanted = asked.worlds.split(",")
        plan["worlds"] = tuple(name for name in wanted if name in WORLDS)
        plan["roads"] = tuple(name for name in wanted if name in ROADS)
    if asked.road_seeds:
        plan["road_seeds"] = tuple(int(seed) for seed in asked.road_seeds.split(","))
    started = time.perf_counter()
    found = measured(**plan)
    words = ["--quick"] * asked.quick + ([f"--worlds {asked.worlds}"] if asked.worlds else [])
    words += [f"--road-seeds {asked.road_seeds}"] if asked.road_seeds else []
    told = {
        "command": " ".join(["uv run python -m benchmarks.profiles", *words, "--to docs"]),
        "made_on": date.today().isoformat(),
        "version": version("amiable"),
        **{key: list(value) if isinstance(value, tuple) else value for key, value in plan.items()},
        "seconds": round(time.perf_counter() - started),
        "figures": found,
    }
    if asked.to:
        rounded = json.loads(json.dumps(told), parse_float=lambda text: round(float(text), 5))
        text = json.dumps(rounded, indent=1) + "\n"
        (asked.to / "profiles_report.json").write_text(text, encoding="utf-8")
        (asked.to / "profiles_report.md").write_text(page(told), encoding="utf-8")
    return told


if __name__ == "__main__":
    main()
