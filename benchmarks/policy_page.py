"""The report on policies played for a year, as a page of Markdown."""

from statistics import mean, stdev
from textwrap import fill

AIM_SHARE, AIM_BEYOND = 0.60, 0.25


def page(told):
    """The whole report; ``told`` is what ``policy.main`` returns."""
    lines = ["# Policies played for a year, beside an oracle", "", *_opening(told)]
    figures = {name: _world(told["plays"], name) for name in told["says"]}
    lines += ["## In one table", "", *_summary(figures), "", *_said(_verdict(figures))]
    for name, says in told["says"].items():
        lines += [f"## {name}", "", says, "", *_policies(figures[name]), ""]
    lines += ["## Time", "", *_said(_time(told["plays"]))]
    return "\n".join(lines).rstrip() + "\n"


def _opening(told):
    sizes = {play["world"]: play["claims"] for play in told["plays"]}
    sizes = ", ".join(
        f"{name} {size:,} (seed {', '.join(map(str, _seeds(told['plays'], name)))})"
        for name, size in sizes.items()
    )
    return _said(
        f"Made on {told['made_on']} by `{told['command']}`, amiable {told['version']}:"
        f" {told['weeks']} weeks. Invoices of the fifteen months before: {sizes}; of a world those"
        " seeds count that every policy has played. Every figure:"
        " [policy_report.json](policy_report.json). The worlds (`simulation/play`) have a hidden"
        " profile, frailty and ability for each debtor, log-logistic hazards of payment, contacts"
        " that *add* hazard with a delay, fade, tire and level off, documents that are missing,"
        " grievances, months without cash, and answers: another form than the product's log-odds"
        " at ninety days. Luck is drawn by counter: the same for every policy.",
        "The *product* is played through its contract alone: each Monday the facts and the actions"
        " done are imported (with `recommendation_id` and `propensity`), the day is run, and the"
        " worklist within capacity is carried out; it trains every thirteen weeks. The people of"
        " these worlds sign whatever a person must sign. The *plain ladder* answers what debtors"
        " say and climbs stage by stage, in three orders. The *oracle* knows profiles, frailty,"
        " ability and effects, not the future, and weighs a dozen plans for each debtor every"
        " week under the same rules and minutes.",
        "*Lift* is cash within the year, discounted, less outlay, beyond the same world in which"
        " nobody acts; *share* its part of the oracle's. D4 is counted from the books by"
        " `simulation/play/conduct_check.py`, written apart from `law.conduct`. *Left alone*:"
        " claims that no action would have left paid within 45 days, and that nobody contacted.",
        *([told["remark"]] if told.get("remark") else []),
    )


def _world(plays, name):
    """Per policy the plays of a world, each with its lift and share of the oracle's."""
    seeds = _seeds(plays, name)
    rows = [play for play in plays if play["world"] == name and play["seed"] in seeds]
    at = {(row["seed"], row["policy"]): row for row in rows}
    found = {}
    for row in rows:
        nobody = at[row["seed"], "none"]["worth"]
        gained = row["worth"] - nobody
        best = at.get((row["seed"], "oracle"))
        reach = None if best is None else best["worth"] - nobody
        share = gained / reach if reach and reach > 0 else None
        found.setdefault(row["policy"], []).append({**row, "lift": gained, "share": share})
    return found


def _seeds(plays, name):
    """Seeds of a world that every policy played on it has played: else means are not alike."""
    played = {}
    for play in plays:
        if play["world"] == name:
            played.setdefault(play["policy"], set()).add(play["seed"])
    return sorted(set.intersection(*played.values())) if played else []


def _share(rows):
    known = [row["share"] for row in rows if row["share"] is not None]
    return mean(known) if known else None


def _spread(rows):
    known = [row["share"] for row in rows if row["share"] is not None]
    return f" ± {stdev(known):.2f}" if len(known) > 1 else ""


def _summary(figures):
    policies = ["oldest_first", "amount_first", "propensity_amount", "product"]
    rows = [_cells(["share of the oracle's lift", *policies, "violations of D4, beyond capacity"])]
    rows.append(_cells(["---"] * (len(policies) + 2)))
    for name, found in figures.items():
        cells = [name]
        for policy in policies:
            share = _share(found.get(policy, []))
            cells.append("–" if share is None else f"{share:.2f}{_spread(found[policy])}")
        product = found.get("product", [])
        broken = sum(sum(row["violations"].values()) for row in product)
        beyond = sum(row["beyond_capacity"] for row in product)
        rows.append(_cells([*cells, f"{broken}, {beyond}" if product else "–"]))
    return rows


def _verdict(figures):
    said = []
    calibrated = figures.get("calibrated", {})
    mine, plain = (_share(calibrated.get(each, [])) for each in ("product", "amount_first"))
    if mine is not None and plain is not None:
        said.append(
            f"Calibrated: aim {AIM_SHARE:.2f} of the oracle's lift and {AIM_BEYOND:.2f} beyond"
            f" amount first; it is {mine:.2f} and {mine - plain:+.2f}"
            f" ({_holds(mine >= AIM_SHARE and mine >= plain + AIM_BEYOND)})."
        )
    tiny = figures.get("tiny_client", {})
    if tiny.get("product") and tiny.get("amount_first"):
        gains = [mean(row["lift"] for row in tiny[each]) for each in ("product", "amount_first")]
        said.append(
            f"Tiny client: {gains[0]:,.0f} EUR beside {gains[1]:,.0f} of amount first"
            f" ({_holds(gains[0] > gains[1])})."
        )
    toned = [row["on_tone"] for row in figures.get("null_tone", {}).get("product", [])]
    if toned:
        claimed = [told for told in toned if told.get("status") == "measured"]
        said = [*said, f"Null tone: a firm tone is claimed to bring more in {len(claimed)} of"
                f" {len(toned)} plays ({_holds(not claimed)})."]  # fmt: skip
    rows = [row for found in figures.values() for row in found.get("product", [])]
    if rows:
        broken = sum(sum(row["violations"].values()) + row["beyond_capacity"] for row in rows)
        said.append(f"Violations of D4 and of capacity: {broken} ({_holds(broken == 0)}).")
    return " ".join(said)


def _holds(held):
    return "met" if held else "NOT met"


def _policies(found):
    head = ("policy", "cash EUR", "lift EUR", "share", "minutes", "contacts", "tasks", "D4",
            "beyond capacity", "self-healers left alone")  # fmt: skip
    rows = [_cells(head), _cells(["---"] * len(head))]
    for policy, plays in found.items():
        share = _share(plays)
        healers = sum(row["self_healers"] for row in plays)
        alone = sum(row["left_alone"] for row in plays)
        rules = sorted({rule for row in plays for rule in row["violations"]})
        broken = sum(sum(row["violations"].values()) for row in plays)
        rows.append(
            _cells(
                [
                    policy, f"{_mean(plays, 'cash'):,.0f}", f"{_mean(plays, 'lift'):,.0f}",
                    "–" if share is None else f"{share:.2f}{_spread(plays)}",
                    f"{_mean(plays, 'minutes'):,.0f} of {_mean(plays, 'capacity'):,.0f}",
                    f"{_mean(plays, 'contacts'):,.0f}", f"{_mean(plays, 'tasks'):,.0f}",
                    f"{broken}{' (' + ', '.join(rules) + ')' if rules else ''}",
                    sum(row["beyond_capacity"] for row in plays),
                    f"{alone} of {healers}",
                ]
            )
        )  # fmt: skip
    return rows


def _time(plays):
    rows = [row for row in plays if row["policy"] == "product" and row["seconds"]]
    if not rows:
        return "The product was not played."
    parts = ", ".join(
        f"{name} {mean(row['seconds'].get(name, 0.0) / row['weeks'] for row in rows):.1f} s"
        for name in ("import", "train", "run")
    )
    busy = mean(row["busy"] for row in rows)
    return (
        f"The product's week, all worlds: {parts} (training every thirteenth week, spread over"
        f" all), while {busy:.1f} processes waited for the cores on average."
    )


def _mean(rows, name):
    return mean(row[name] for row in rows)


def _said(*parts):
    return [line for part in parts for line in (fill(part, 120), "")]


def _cells(cells):
    return "| " + " | ".join(map(str, cells)) + " |"
