"""The report on the recovery model as a page of Markdown, from the figures of the JSON."""

from textwrap import fill

from benchmarks.recovery_figures import HORIZONS

SHOWN = (30, 90, 365)
HEAD = (
    ("world", lambda part: None),
    ("engine", lambda part: ", ".join(sorted({run["engine"] for run in part["runs"]}))),
    ("gates hold", lambda part: _counted(part["runs"])),
    (
        "share of skill, any payment in 30 · 90 · 365 days (≥ .60)",
        lambda part: _shares(part, "p_any"),
    ),
    ("the same, in full", lambda part: _shares(part, "p")),
    ("worst slope (.9–1.1)", lambda part: _worst(part)),
    ("intervals of cash (≥ .88)", lambda part: f"{part['cash']['coverage']:.3f}"),
    ("sums of 200 claims (.87–.93)", lambda part: _of(part, "sums", "coverage", ".3f")),
    ("mean of new claims (within 3 %)", lambda part: _gap(part, "p_any_model_over_truth")),
    ("paid-so-far label", lambda part: _gap(part, "p_any_naive_over_truth")),
)
ROWS = ("model", "truth", "base", "prior", "model_lived", "truth_lived")


def page(told):
    """The whole report; ``told`` is what ``recovery.main`` returns."""
    found = told["figures"]
    lines = ["# The recovery model beside the truth", "", *_opening(told), "## In one table", ""]
    lines += [_cells(name for name, _ in HEAD), _cells(["---"] * len(HEAD))]
    lines += [
        _cells([world, *(cell(part) for _, cell in HEAD[1:])]) for world, part in found.items()
    ]
    lines.append("")
    for world, part in found.items():
        lines += [f"## {world}", "", *_table(part), "", *_notes(part), ""]
    return "\n".join(lines).rstrip() + "\n"


def _opening(told):
    seeds = ", ".join(map(str, told["seeds"]))
    said = (
        "Worlds whose true odds are known ([the invented ledger](simulation.md)), each through the"
        f" public road: import, train, run as of {told['as_of']}. Made on {told['made_on']} by"
        f" `{told['command']}`, amiable {told['version']}: {told['claims']:,} claims a world, seeds"
        f" {seeds}, {told['draws']} true futures a claim, {told['seconds'] / 60:.0f} minutes. Every"
        " figure, the hash of each ledger and each gate:"
        " [recovery_report.json](recovery_report.json).",
        "*Truth* is the forecast of someone who knows the parameters of the world and the history"
        " on the books, not what is to come; in `calm` it also knows the hidden traits of debtors."
        " *Base rate* knows the mean of the open claims. *Share of skill* is (base − model) /"
        " (base − truth) of the Brier scores. Scores, slopes, ratios and coverage are against the"
        " true futures, free of the luck of one year; *lived* and the 95 % intervals in brackets,"
        " by debtor, are against the one year that came. A model that its gates refuse is judged"
        " all the same. Seeds are pooled: a model is learnt from one draw of a history and is off"
        " with it in level and slope; its intervals promise to hold nine times in ten over the"
        " histories, not over the futures of each.",
    )
    return [line for part in said for line in (fill(part, 120), "")]


def _table(part):
    names = ["", "Brier: model", "truth", "base rate", "prior", "lived: model", "truth"]
    names += ["share of skill", "slope", "observed / expected"]
    lines = [_cells(names), _cells(["---"] * len(names))]
    for kind, words in (("p", "in full"), ("p_any", "any")):
        for h in HORIZONS:
            score, line = part["briers"][f"{kind}_{h}"], part["calibration"][f"{kind}_{h}"]
            cells = [f"{words}, {h} days", *(f"{score[name]:.4f}" for name in ROWS)]
            cells.append(f"{score['model_share']:.2f}")
            cells += [
                f"{line[name]:.2f} ({line[f'{name}_low']:.2f}–{line[f'{name}_high']:.2f})"
                for name in ("slope", "oe")
            ]
            lines.append(_cells(cells))
    return lines


def _notes(part):
    cash = part["cash"]
    said = [
        f"Cash: the 90 % intervals hold {cash['coverage']:.1%} of the futures"
        f" ({cash['coverage_lived']:.1%} of the year lived) and are {cash['mean_width']:.0%} of the"
        f" balance wide (truth {cash['mean_width_truth']:.0%}); true cash over expected"
        f" {cash['cash_truth_over_expected']:.3f}."
    ]
    if "sums" in part:
        sums = part["sums"]
        said.append(
            f"Sums over random groups of 200 claims: {sums['coverage']:.1%} of the futures inside"
            f" ({sums['coverage_lived']:.1%} of the year lived); expected over truth"
            f" {sums['expected_over_truth']:.3f}." + _by_seed(sums["by_seed"], "{:.1%}")
        )
    if "weeks" in part:
        weeks = part["weeks"]
        said.append(
            f"Thirteen weeks of cash: error {weeks['error_to_truth']:.1%} of the true expectation,"
            f" {weeks['error_to_lived']:.1%} of the weeks lived (the truth itself"
            f" {weeks['error_of_truth_to_lived']:.1%}); {weeks['coverage']:.0%} of the true"
            f" weeks inside, {weeks['coverage_lived']:.0%} of those lived."
        )
    if "fresh" in part:
        new = part["fresh"]
        any_, full = (
            f"{new[f'{kind}_model_over_truth'] - 1:+.1%} of the truth"
            f" (label {new[f'{kind}_naive_over_truth'] - 1:+.1%})"
            for kind in ("p_any", "p")
        )
        seeds = _by_seed([ratio - 1 for ratio in new["by_seed"]], "{:+.1%}")
        said.append(
            f"{new['n']:,} claims of the last week, over a year: any {any_}, full {full}.{seeds}"
        )
    said += [_run(run) for run in part["runs"]]
    return [fill(f"- {line}", 120, subsequent_indent="  ") for line in said]


def _by_seed(values, form):
    """The figure of each seed: a model is one draw of its history, and errs with it."""
    told = ", ".join(form.format(value) for value in values)
    return f" Seed by seed: {told}." if len(values) > 1 else ""


def _run(run):
    seconds, failed = run["seconds"], ", ".join(run["failed_gates"])
    gates = "promoted" if run["promoted"] else f"refused by {failed}"
    return (
        f"Seed {run['seed']}: {run['open']:,} open claims; {run['engine']}; {gates}; import"
        f" {seconds['import']:.0f} s, train {seconds['train']:.0f} s, run {seconds['run']:.0f} s;"
        f" {run['peak_gib']:.1f} GiB at most."
    )


def _cells(cells):
    return "| " + " | ".join(cells) + " |"


def _counted(runs):
    return f"{sum(run['promoted'] for run in runs)} of {len(runs)}"


def _shares(part, kind):
    return " · ".join(f"{part['briers'][f'{kind}_{h}']['model_share']:.2f}" for h in SHOWN)


def _worst(part):
    slopes = {name: values["slope"] for name, values in part["calibration"].items()}
    name = max(slopes, key=lambda key: abs(slopes[key] - 1))
    return f"{slopes[name]:.2f} ({name})"


def _of(part, group, name, form):
    return format(part[group][name], form) if group in part else "–"


def _gap(part, name):
    return f"{part['fresh'][name] - 1:+.1%}" if "fresh" in part else "–"
