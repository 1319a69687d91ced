"""The report on what suits are said to be worth, as a page of Markdown."""

from textwrap import fill

from benchmarks.litigation_figures import pooled

AIM_SHARE, AIM_NEGATIVE, AIM_SECONDS, AIM_GAP = 0.85, 0.05, 60, 0.08


def page(told):
    """The whole report; ``told`` is what ``litigation.main`` returns."""
    lines = ["# What suits are said to be worth beside the truth", "", *_opening(told)]
    lines += ["## In one table", "", *_table(told["worlds"], "own"), ""]
    lines += _said(_reading(told["worlds"]))
    if all("knowable" in part for part in told["worlds"].values()):
        lines += ["## What could be known", "", *_at_best(told["worlds"])]
    lines += ["## Without any past suit", ""]
    lines += _said(
        "The same suits weighed by the official statistics alone, as on the first day of a new"
        " client. Little is known, so that few suits are sure enough to be proposed."
    )
    lines += [*_table(told["worlds"], "official"), "", "## Is the chance of loss true?", ""]
    lines += _said(
        "Every open course of every suit of the first history, by tenths of the chance that was"
        " said: the mean said, and how often the suit did end below the best course without one,"
        " over twenty lives each."
    )
    lines += _reliability(told["worlds"])
    lines += ["", "## Speed and exactness", "", *_speed(told)]
    return "\n".join(lines).rstrip() + "\n"


def _opening(told):
    seeds = ", ".join(map(str, told["seeds"]))
    return _said(
        f"Made on {told['made_on']} by `{told['command']}`, amiable {told['version']}:"
        f" {told['suits']:,} suits a world and history, histories {seeds}. Every figure:"
        " [litigation_report.json](litigation_report.json). The worlds"
        " (`simulation/lawsuits`) have laws of another form than the product's: chances on the"
        " complementary log-log and the probit, a continuous unseen wealth that decides"
        " opposition, seizure and payment alike, beta part awards, gamma times, agents who sue"
        " whom they know to pay. The product sees scores, beliefs, forecasts a little off, and"
        " the past suits. What is elicited stands in `models/litigation/assumptions.yaml`. No"
        " parameter was fitted to these worlds, but the least gain and return and the doubts were"
        " chosen, and the reach of a seizure, what orders grant, how hearings are learnt, traits of"
        " claims and the ends without a suit added, after looking at other histories of them"
        " (among them 11 to 20, decision 35), none of these; the worlds themselves (wealth, what"
        " is found, payment without a judge) were altered while the product was built: worlds of"
        " another hand would be the stricter test.",
        "*Oracle* knows the laws of the world and what can be seen of each suit, not what is"
        " hidden nor what is to come; it files by the best open course wherever that is worth more"
        " than the best course without a suit. *Share* is the part of its value that the proposed"
        " filings bring, mistakes taken off; *mistakes* are proposed filings whose true value is"
        " below that of the best course without a suit. *Rule of thumb*: a payment order from"
        " 1,000 EUR on.",
    )


def _table(worlds, which):
    head = (
        "world", "suits", "worth filing", "filed", f"share (≥ {AIM_SHARE})", "by history",
        f"mistakes (≤ {AIM_NEGATIVE})", "they lose", "rule of thumb: share", "its mistakes",
        f"P(loss) off by (≤ {AIM_GAP})",
    )  # fmt: skip
    rows = [_cells(head), _cells(["---"] * len(head))]
    for name, part in worlds.items():
        rows.append(_cells(_row(name, part[which])))
    if len(worlds) > 1:
        # Euros and filings of all worlds added, other figures averaged.
        rows.append(_cells(_row("all together", _together(worlds, which))))
    return rows


def _together(worlds, which):
    return pooled([part[which] for part in worlds.values()]) | {"shares": []}


def _row(name, told):
    return [
        name, f"{told['suits']:,}", f"{told['worth_filing']:,}", f"{told['filed']:,}",
        _marked(told["share"], told["share"] >= AIM_SHARE, ".2f"),
        " · ".join(f"{each:.2f}" for each in told["shares"]) or "–",
        _marked(told["negative"], told["negative"] <= AIM_NEGATIVE, ".3f"),
        f"{-told['lost_by_negative']:.1%}",
        f"{told['rule_share']:.2f}", f"{told['rule_negative']:.2f}",
        _marked(told["gap_all"], told["gap_all"] <= AIM_GAP, ".3f"),
    ]  # fmt: skip


def _at_best(worlds):
    """What a learner reaches who knows the form of the laws, beside the product."""
    head = (
        "world", "ours: share", "mistakes", f"whatever pays on average: share (≥ {AIM_SHARE})",
        f"mistakes (≤ {AIM_NEGATIVE})", f"the surest only: share (≥ {AIM_SHARE})", "by history",
        f"mistakes (≤ {AIM_NEGATIVE})",
    )  # fmt: skip
    rows = [_cells(head), _cells(["---"] * len(head))]
    for name, part in worlds.items():
        own, sure = part["own"], part["knowable"]
        cells = [name, f"{own['share']:.2f}", f"{own['negative']:.3f}"]
        cells += [*_aimed(part["wide"]), *_aimed(sure)]
        cells.insert(-1, " · ".join(f"{each:.2f}" for each in sure["shares"]))
        rows.append(_cells(cells))
    beyond = [
        name for name, part in worlds.items()
        if not any(_meets(part[which]) for which in ("wide", "knowable"))
    ]  # fmt: skip
    return [
        *_said(
            "The same suits, past suits and forecasts before a learner who knows what no method"
            " can: the form of each law, what scores and profiles mean, costs, times, what orders"
            " grant, how agents chose. It must learn levels alone: how often orders are granted and"
            " opposed, opponents lose and anything is found, and what lies within reach"
            " (`benchmarks/litigation_knowable.py`). It files whatever pays on average, which is"
            " about the most that can be had; or the surest suits alone, for as long as it expects"
            f" at most {AIM_NEGATIVE:.0%} of mistakes. Before it has seen a suit it expects the"
            " levels of the first world, and doubts them widely: who doubts them less does better"
            " in worlds like that one."
        ),
        *rows,
        "",
        *_said(
            "Both aims at once are within its reach in every world."
            if not beyond
            else f"Both aims at once are out of its reach, too, in: {', '.join(beyond)}."
        ),
    ]


def _meets(part):
    return part["share"] >= AIM_SHARE and part["negative"] <= AIM_NEGATIVE


def _aimed(part):
    """Share and mistakes, marked where they miss their aim."""
    share, wrong = part["share"], part["negative"]
    yield _marked(share, share >= AIM_SHARE, ".2f")
    yield _marked(wrong, wrong <= AIM_NEGATIVE, ".3f")


def _reading(worlds):
    missed = [
        (name, part["own"]) for name, part in worlds.items()
        if part["own"]["share"] < AIM_SHARE or part["own"]["negative"] > AIM_NEGATIVE
    ]  # fmt: skip
    if not missed:
        return "Every world meets every aim."
    names = ", ".join(name for name, _ in missed)
    return (
        f"{_summed(worlds)}Below an aim in a world alone: {names}. Worlds unlike the official"
        " statistics are learnt from some 150 past suits only; the wider the gap and the fewer the"
        " suits, the more is left on the"
        " table. What mistakes lose is small (column *they lose*, of the oracle's value): they"
        " are suits near the line. A client with four past suits is told to sue only where the"
        " official statistics are sure."
    )


def _summed(worlds):
    if len(worlds) < 2:
        return ""
    every = _together(worlds, "own")
    return (
        f"All worlds together: {every['share']:.0%} of the oracle's value,"
        f" {every['negative']:.1%} of the filings mistaken. "
    )


def _reliability(worlds):
    rows = [_cells(("world", "said → lived (suits and courses)")), _cells(["---"] * 2)]
    for name, part in worlds.items():
        told = " · ".join(f"{s:.2f} → {v:.2f} ({n:,})" for s, v, n in part["own"]["reliability"])
        rows.append(_cells((name, told)))
    return rows


def _speed(told):
    speed, exact = told["speed"], told["quantiles"]
    return _said(
        f"`mart.litigation` for {speed['claims']:,} open claims, one suit each"
        f" ({speed['rows']:,} rows), own past suits read: {speed['seconds']} s"
        f" ({speed['cpu_seconds']} s of processor, one thread; at most {AIM_SECONDS} s), while"
        f" {speed['busy']} processes waited for {speed['cores']} cores; {speed['peak_gib']} GiB at"
        " most."
        + "".join(
            f" In an earlier run, while {each['busy']} waited: {each['seconds']} s"
            f" ({each['cpu_seconds']} s of processor)."
            for each in told.get("speed_before", [])
        ),
        f"Deciles of {exact['deciles']:,} open courses in court beside those of 64 times as many"
        f" scenarios: off by {exact['mean']:.2%} of the amount on average, {exact['worst']:.1%}"
        f" at worst, {exact['within_1_percent']:.1%} of them by 1 % or less (where the"
        " distribution jumps, beside the deciles half a point of probability around). The same"
        f" suits twice give {'the same rows' if exact['same_twice'] else 'OTHER ROWS'}."
        " A test sets deciles beside 200,000 plain draws.",
    )


def _said(*parts):
    return [line for part in parts for line in (fill(part, 120), "")]


def _marked(value, holds, form):
    return f"{value:{form}}" + ("" if holds else " ✗")


def _cells(cells):
    return "| " + " | ".join(map(str, cells)) + " |"
