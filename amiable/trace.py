"""One claim from its ledger row to its worklist line, in words and figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from amiable.errors import AmiableError
from amiable.suits import SuitFile
from pipelines.errors import EarlierVersion, PipelineError
from pipelines.warehouse import Warehouse

Rows = list[dict[str, Any]]

_SENTENCES = "sentences"
_STEPS = (
    ("source_row", "Row imported, as the store holds it now", "store: claims, intake.sources"),
    ("ledger_row", "Ledger row, staged and completed", "staging.claims, core.claims"),
    ("payments", "Payments and credits", "core.payments"),
    ("balance", "Balance, interest, limitation", "mart.claims"),
    ("statement", "Statement of account", "core.interest_lines, law.rate_sources"),
    ("limitation", "Limitation, event by event", "core.limitation, law.limitation_effects"),
    ("events", "Events", "core.timeline"),
    ("features", "What the model may know", "features.claim_features"),
    ("recovery", "Odds of payment", "mart.recovery"),
    ("reasons", "Reasons of p_90, in points of probability", "mart.explanations"),
    (_SENTENCES, "The same in sentences", "features.claim_features"),
    ("levers", "What could be changed, as the model sees it", "mart.levers"),
    ("profile", "Profile, a hypothesis", "mart.profiles"),
    ("courses", "Courses compared", "mart.litigation"),
    ("partners", "Partners advised, and their fees in the costs", "mart.partners"),
    ("own_values", "Legal values of your own that held", "law.replaced"),
    ("gates", "Gates of the suit: what holds, what is to be done", "law.gates"),
    ("ways", "Ways through the course advised", "law.trees"),
    ("after_title", "After an order or a title", "law.titles, law.measures"),
    ("recommendation", "Recommendation and worklist", "mart.recommendations, mart.worklist"),
    ("versions", "Run, models, legal parameters", "mart.runs"),
    ("by_day", "Recommendations day by day", "history.recommendations"),
)
# A claim that is not open has an end in place of what follows from being open.
_OF_CLOSED = ("source_row", "ledger_row", "payments", "events", "versions", "by_day")


def explain(warehouse: Warehouse, text: str) -> tuple[str, dict[str, Rows]]:
    """Every step of the claim with that id or invoice number.

    Returns
    -------
    tuple
        The claim's id, and its rows by step, in the order of the road; of a claim that is not
        open, only the steps that it has. ``status`` comes first.

    Raises
    ------
    AmiableError
        When the day knows no such claim, or several claims bear that invoice number.
    """
    versions = warehouse.versions()
    as_of: date = versions[0]["as_of"]
    found = warehouse.find_claims(text)
    if not found:
        raise AmiableError(f"No claim or invoice {text!r} on {as_of}.")
    if len(found) > 1:
        raise AmiableError(f"{len(found)} claims bear invoice {text!r}: {', '.join(found)}.")
    claim_id = found[0]
    special = {
        "source_row": lambda: _source_row(warehouse, claim_id),
        _SENTENCES: lambda: _sentences(warehouse, claim_id, steps),
        "partners": lambda: _since(lambda: _partners(warehouse, claim_id)),
        "gates": lambda: _gates(warehouse, steps, as_of),
        "ways": lambda: _ways(warehouse, steps, as_of),
        "after_title": lambda: _after_title(warehouse, steps, as_of),
        "versions": lambda: versions,
        "statement": lambda: _since(lambda: warehouse.statement(claim_id)),
        "limitation": lambda: _since(lambda: warehouse.trace("limitation", claim_id)),
        "own_values": lambda: _since(warehouse.replaced),
        "by_day": lambda: warehouse.by_day(claim_id, as_of),
    }
    status = warehouse.trace("status", claim_id)
    steps: dict[str, Rows] = {"status": status}
    for step, _, _ in _STEPS:
        if status[0]["is_open"] or step in _OF_CLOSED:
            steps[step] = special[step]() if step in special else warehouse.trace(step, claim_id)
    return claim_id, steps


def _since(asked: Callable[[], Rows]) -> Rows:
    """What is asked; nothing where the day was published before it was written."""
    try:
        return asked()
    except EarlierVersion:
        return []


def _partners(warehouse: Warehouse, claim_id: str) -> Rows:
    """Whom each course would be given to, and its fee in words."""
    from amiable.partner_words import fee

    return [
        row | ({"fee": fee(row, "fr")} if row["partner_id"] else {})
        for row in warehouse.trace("partners", claim_id)
    ]


def _gates(warehouse: Warehouse, steps: Mapping[str, Rows], as_of: date) -> Rows:
    """Each gate of the suit that the claim would join, those that fail first."""
    found = _suit(warehouse, steps, as_of)
    rows = [
        {"gate": check.gate.code, "passed": check.gate.passed, "reason": check.gate.reason,
         "task": check.gate.task, "on": check.on, "closes": sorted(check.gate.bars)}
        for check in (found.checks if found else ())
    ]  # fmt: skip
    return sorted(rows, key=lambda row: bool(row["passed"]))


def _ways(warehouse: Warehouse, steps: Mapping[str, Rows], as_of: date) -> Rows:
    """Each way through the course advised, the likeliest first."""
    from law.trees import ways

    found = _suit(warehouse, steps, as_of)
    course = next((row["course"] for row in steps["courses"] if row["recommended"]), None)
    if found is None or course is None:
        return []
    return [
        {
            "course": course,
            "answers": [f"{code} {'yes' if said else 'no'}" for code, said in way.answers],
            "end": way.end,
            "chance": float(way.chance),
            "outlay": round(way.outlay, 2),
            "days": None if way.days is None else round(way.days),
        }
        for way in sorted(ways(found.trees[course]), key=lambda way: -way.chance)
    ]


def _after_title(warehouse: Warehouse, steps: Mapping[str, Rows], as_of: date) -> Rows:
    """What follows the order or the title of the suit, a line each; nothing without one."""
    from amiable.titles import pages

    found = _suit(warehouse, steps, as_of)
    if found is None or found.after is None:
        return []
    return [{"says": line} for line in pages(found.after, "en")]


def _suit(warehouse: Warehouse, steps: Mapping[str, Rows], as_of: date) -> SuitFile | None:
    from amiable.suits import suit_file

    suit_id = next((row["suit_id"] for row in steps["balance"] if row.get("suit_id")), None)
    if suit_id is None:
        return None
    try:
        return suit_file(warehouse, suit_id, as_of=as_of)
    except EarlierVersion:
        return None


def _sentences(warehouse: Warehouse, claim_id: str, steps: Mapping[str, Rows]) -> Rows:
    """The leading reasons as a collector may say them, those for payment first."""
    from models.explanations.reasons import leading, reasons, sentence

    facts = steps["features"]
    if not facts:
        return []
    points = {row["reason_group"]: row["contribution"] for row in steps["reasons"]}
    own = [(row["feature"], row["told"]) for row in warehouse.trace("extra_columns", claim_id)]
    said: dict[str, list[str]] = {}
    for language in ("fr", "en"):
        up, down = leading(reasons(points, facts[0], language, own))
        said[language] = [sentence(each, language) for each in (*up, *down)]
    return [{"fr": fr, "en": en} for fr, en in zip(said["fr"], said["en"], strict=True)]


def _source_row(warehouse: Warehouse, claim_id: str) -> Rows:
    try:
        return warehouse.source_row(claim_id)
    except PipelineError as error:
        return [{"unread": str(error)}]


def lines(claim_id: str, steps: Mapping[str, Rows]) -> Iterator[str]:
    """The road as text, one line per row and filled column."""
    status = steps["status"][0]
    yield f"Claim {claim_id} as of {status['as_of']}"
    if not status["is_open"]:
        how = f"settled by {status['settled_by']}" if status["settled_by"] else "nothing is due"
        when = f" on {status['settled_on']}" if status["settled_on"] else ""
        yield f"Not open on that day: {how}{when}. What follows from being open is left out."
    told = [step for step in _STEPS if step[0] in steps]
    for number, (step, title, table) in enumerate(told, start=1):
        yield f"{number}. {title}  [{table}]"
        for row in steps[step]:
            cells = (f"{name} {_told(value)}" for name, value in row.items() if _filled(value))
            yield f"   {', '.join(cells)}"
        if not steps[step]:
            yield "   nothing"


def _filled(value: object) -> bool:
    return value is not None and value != [] and value == value  # NaN differs from itself


def _told(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return str(value)
