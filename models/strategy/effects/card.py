"""What a person should know of a version of effects before trusting it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.strategy.effects.model import Learnt
from models.strategy.ope import Value
from models.verdict import Gate, gate_table

_LIMITS = (
    "An effect is that of one contact on the debtors and in the situations that the logs hold.",
    "Without logged chances an effect is only reported, or moves the prior under a common error of"
    " .3 log-odds; it is never called measured.",
    "Answers to what a debtor said (documents, plans, disputes) keep their elicited effects.",
    "Contacts with one claim of a debtor count for all of them.",
)


def card(
    learnt: Learnt,
    value: Value | None,
    gates: Mapping[str, Gate],
    params: Mapping[str, Any],
) -> str:
    """The card in Markdown: gates, effects with their standing, worth of the policy, limits."""
    lines = [
        "# Effects",
        "",
        f"Learnt from {learnt.n_units} decisions about {learnt.n_debtors} debtors, known by"
        f" {params['known_by']}. What a contact adds to the log-odds of payment within ninety days,"
        " against waiting.",
        "",
        *gate_table(gates),
        "",
        "## Effects",
        "",
        "| effect | status | log-odds (95 %) | elicited | contacts | ESS | seen within a month |"
        " doubts |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *[_line(line) for line in learnt.told if "average_low" in line],
    ]
    if value is not None:
        lines += ["", "## Worth a decision, EUR, off-policy", "", "| method | value | from | to |"]
        lines += ["| --- | --- | --- | --- |"]
        for name, each in {**value.by_method, "logged": value.logged}.items():
            lines.append(f"| {name} | {each.value:.1f} | {each.low:.1f} | {each.high:.1f} |")
        lines.append("")
        lines.append(f"{value.n} decisions, {value.ess:.0f} of them effective.")
    lines += ["", "## Data and settings", "", "| parameter | value |", "| --- | --- |"]
    lines += [f"| {name} | {told} |" for name, told in params.items()]
    lines += ["", "## Limits", "", *[f"- {limit}" for limit in _LIMITS]]
    return "\n".join(lines) + "\n"


def _line(line: Mapping[str, Any]) -> str:
    seen = "–"
    if "seen" in line:
        seen = f"{line['seen']:+.3f} ({line['seen_low']:+.3f} to {line['seen_high']:+.3f})"
        seen += f" against {line['against']}"
    told = f"{line['average']:+.2f} ({line['average_low']:+.2f} to {line['average_high']:+.2f})"
    cells = (
        line["effect"], line["status"].replace("_", " "), told, f"{line['elicited']:+.2f}",
        line["n"], f"{line['ess']:.0f}", seen, ", ".join(line["doubts"]).replace("_", " ") or "–",
    )  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"
