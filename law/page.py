"""The page of the law, generated: ``python -m law.page`` writes ``docs/law.md``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from data_schema import word
from data_schema.contract import codes
from law import parameters
from law.limitation import REGIMES, limitation_period
from law.parameters import Parameter, Record

PAGE = Path(__file__).parent.parent / "docs" / "law.md"

_TITLES = {
    "interest": "Legal interest",
    "late_payment": "Late payment between professionals",
    "payment_terms": "Payment terms",
    "limitation": "Limitation",
    "limitation_events": "What an event does to the period",
    "thresholds": "Thresholds",
    "gates": "Gates before a suit",
    "payment_order": "Payment order",
    "procedures": "Other procedures",
    "enforcement": "Enforcement",
    "land": "Measures on land and buildings",
    "vat": "VAT",
    "court_fees": "Court fees and contributions",
    "commissaire_fees": "Enforcement officer: fee of each act",
    "commissaire_scales": "Enforcement officer: coefficient, travel and proportional fees",
    "market_prices": "Free prices",
    "cost_allocation": "Who bears which cost",
    "conduct": "Conduct",
    "insolvency": "Insolvency and over-indebtedness",
    "vat_bad_debt": "VAT on bad debts",
    "calendar": "Calendar of reforms",
    "payment_order_statistics": "Statistics of payment orders",
    "statistics": "Other statistics",
    "priors": "Priors",
}

_HEAD = """# The law, as this program knows it

Generated from `law/parameters/` by `python -m law.page`; do not edit.
Version of the parameters: `{version}`.

**This is not legal advice.** No lawyer has reviewed it. It was put together from public material
without access to the official database: values marked *verify* must be checked against the
official text before anyone relies on them ({n_verify} of {n_records}).

- A value holds from its day until the next one; the program never asks for the law without a day.
- Values stand as the text prints them; percents become fractions inside.
- Confidence: *high* the official text, or several concordant sources, or a long-settled rule;
  *medium* one reliable secondary source, or a stable rule; *low* an estimate, or sources that
  disagree.
- Nature: *law* and *case law*; *derived* worked out from legal values; *market* free prices
  seen; *statistic*; *assumption* a prior of this program; *product policy* a cautious rule of this
  program, where the law sets none.
- A client may put its own values in their place, with a reason ([legal_sums.md](legal_sums.md));
  `amiable law list` shows what holds for it.
- Amounts, rates and days not reckoned here: local law of Alsace-Moselle but for the name of the
  court, overseas territories, postage, and the two further public holidays of Alsace-Moselle.
"""


def page() -> str:
    """The whole page, in Markdown."""
    subjects = parameters.load()
    records = [
        record
        for found in subjects.values()
        for parameter in found.values()
        for record in parameter.records
    ]
    head = _HEAD.format(
        version=parameters.version(),
        n_verify=sum(record.verify for record in records),
        n_records=len(records),
    )
    ordered = [name for name in _TITLES if name in subjects]
    ordered += [name for name in subjects if name not in _TITLES]
    return "\n".join(
        [head, _periods(), *(_section(name, subjects[name].values()) for name in ordered)]
    )


def _periods() -> str:
    """Months of limitation by nature and by who owes whom, with the article."""
    day = max(each.checked_on for found in parameters.load().values() for each in found.values())
    regimes = (*REGIMES, "unknown")
    lines = [
        "## Which limitation for which claim",
        "",
        f"Months on {day}, by nature of the claim and by who owes: a professional, a consumer, a",
        "civil debtor (or of a private creditor), a public body, one of unknown kind.",
        "",
        "| Nature | " + " | ".join(regimes) + " | Article |",
        "| --- |" + " ---: |" * len(regimes) + " --- |",
    ]
    for nature in (*codes("claim_nature"), "title"):
        found = [limitation_period(regime, nature, day) for regime in regimes]
        months = [str(period[0]) if period else "–" for period in found]
        articles = dict.fromkeys(period[1].article for period in found if period)
        name = "court title" if nature == "title" else word("claim_nature", nature, "en")
        lines.append(f"| {name} | {' | '.join(months)} | {' / '.join(articles)} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Write the page where the documentation looks for it."""
    PAGE.write_text(page(), encoding="utf-8")


def _section(subject: str, found: Iterable[Parameter]) -> str:
    title = _TITLES.get(subject, subject)
    lines = [f"## {title}", "", f"File: `law/parameters/{subject}.yaml`.", ""]
    for parameter in found:
        lines += _parameter(parameter)
    return "\n".join(lines)


def _parameter(parameter: Parameter) -> list[str]:
    lines = [
        f"### {parameter.subject}.{parameter.name}",
        "",
        parameter.says,
        "",
        f"Unit: {parameter.unit}. Nature: {parameter.nature.replace('_', ' ')}. "
        f"Checked on {parameter.checked_on}.",
        "",
        "| From | Value | Article | Source | Confidence |",
        "| --- | --- | --- | --- | --- |",
    ]
    return [*lines, *(_row(record) for record in parameter.records), ""]


def _row(record: Record) -> str:
    confidence = f"{record.confidence}, **verify**" if record.verify else record.confidence
    source = f"{record.source} ({record.note})" if record.note else record.source
    cells = [str(record.from_on), record.printed, record.article, source, confidence]
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


if __name__ == "__main__":
    main()
