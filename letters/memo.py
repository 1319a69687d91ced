"""One page on which an executive decides about a suit: stake, odds, ends, cash, what would flip.

All figures are those of the published day; where a course was not weighed, its line says so.
Nothing here is a legal act, and nothing is advice: a person decides and signs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from data_schema import word as code_word
from law.gates import SUITS, Gate
from law.words import word as law_word
from letters.memo_words import euros, say, share
from letters.paper import pdf
from letters.turning import turning
from letters.writing import clean, count, day, fit, money, semicolon, short_day, word

Row = Mapping[str, Any]

_IN_COURT = (*SUITS, "enforcement")
_MOST_OTHERS, _MOST_TASKS = 6, 4
_ENDS = ("p10", "p50", "p90")
#: Obstacles that the creditor can lift.
_TO_BE_MET = frozenset({
    "formal_notice_missing", "formal_notice_running", "amicable_attempt_missing",
    "identity_unknown", "address_unknown", "unproven", "insurer_not_asked", "claim_assigned",
    "suit_refused", "dates_unknown",
})  # fmt: skip
#: Signs of a name that the page holds.
_WIDEST = 120
_DAYS_PER_MONTH = 30.4375


@dataclass(frozen=True, slots=True)
class Case:
    """What a memo is of: rows of ``sql/dossier``, the gates, the run.

    ``courses``: those of ``mart.litigation`` for the suit, the one advised first; ``insolvency``:
    kind of the proceedings open against the debtor, if any; ``declare_by``: last day to declare
    the claims in them, where it is known; ``vat_comes_back``: whether an irrecoverable claim would
    give VAT back; ``afoot``: the next step of an order or a title that the suit has, a sentence by
    language, empty without one; ``courts``: by course the name in English of its court (the
    published one is French).
    """

    suit_id: str
    as_of: date
    run_id: str
    parameters: str
    invented: bool
    claims: Sequence[Row]
    courses: Sequence[Row]
    gates: Sequence[Gate]
    insolvency: str | None = None
    declare_by: date | None = None
    vat_comes_back: bool = False
    afoot: Mapping[str, str] = field(default_factory=dict)
    courts: Mapping[str, str] = field(default_factory=dict)

    @property
    def advised(self) -> Row:
        """The course that the day recommends."""
        return next((row for row in self.courses if row["recommended"]), self.courses[0])

    @property
    def studied(self) -> Row | None:
        """The course advised, if it is in court; else the best suit that one could bring.

        A suit that is closed counts only where what closes it can be done; None where none is.
        """
        if self.advised["course"] in _IN_COURT:
            return self.advised
        suits = [
            row for row in self.courses
            if row["course"] in _IN_COURT and set(row["obstacles"] or ()) <= _TO_BE_MET
        ]  # fmt: skip
        return max(suits, key=_by_worth, default=None)


def memo_pdf(case: Case, *, language: str) -> bytes:
    """The memo on one page; the same facts give the same bytes.

    Raises
    ------
    ValueError
        Without a claim or a course.
    """
    if not case.claims or not case.courses:
        raise ValueError("no suit to decide about")
    first, studied = case.claims[0], case.studied
    names = [
        clean(first[f"{who}_name"] or first[f"{who}_id"] or "–")[:_WIDEST]
        for who in ("creditor", "debtor")
    ]
    as_of = say("as_of", language).format(day=day(case.as_of, language))
    data = {
        "title": say("title", language),
        "author": names[0],
        "language": language,
        "watermark": word("letter", "invented", language) if case.invented else None,
        "banner": say("banner", language),
        "parties": fit({"fr": "{} c/ {}", "en": "{} v {}"}[language].format(*names)),
        "reference": fit(clean(f"{case.suit_id} · {as_of}")),
        "proposal": _proposal(case, language),
        "tasks": _tasks(case, language),
        "stake": {"title": say("stake", language, "sections"), "rows": _stake(case, language)},
        "odds": _odds(studied, language),
        "ends": _ends(studied, language) if studied else None,
        "curve": _curve(studied, language) if studied else None,
        "flips": {
            "title": say("flips", language, "sections"),
            "rows": turning(case.studied, case.advised, case.gates, language),
        },
        "others": _others(case, language),
        "decision": {
            "title": say("decision", language, "sections"),
            **{name: say(name, language, "decision") for name in ("approve", "refuse", "sign")},
        },
        "note": say("note", language),
        "sources": say("sources", language).format(run=case.run_id, parameters=case.parameters),
    }
    return pdf("memo", data, as_of=case.as_of)


def _by_worth(row: Row) -> tuple[bool, bool, float]:
    net = row["expected_net"]
    return bool(row["admissible"]), net is not None, float(net or 0)


def _proposal(case: Case, language: str) -> str:
    row, insolvency = case.advised, case.insolvency
    course = code_word("course", row["course"], language)
    if row["course"] == "write_off" and insolvency is not None:
        # Proceedings are no loss: the claim is declared; only a liquidation gives the VAT back.
        lost = insolvency == "liquidation" and case.vat_comes_back
        name = "declare_liquidation" if lost else "declare"
        name = "answer_commission" if insolvency == "over_indebtedness" else name
        kind = code_word("insolvency_kind", insolvency, language)
        return clean(say(name, language).format(kind=kind))
    if row["course"] not in _IN_COURT:
        return say("not_sue", language).format(course=course)
    court = row.get("court")
    if language != "fr" and court:
        court = case.courts.get(str(row["course"]), court)
    name = "sue" if court else "sue_no_court"
    return clean(say(name, language).format(course=course, court=court))


def _tasks(case: Case, language: str) -> str | None:
    """What the course advised asks for: before filing, or by itself."""
    advised = case.advised
    tasks = [law_word("tasks", code, language) for code in advised["tasks"] or ()]
    told = [case.afoot[language]] if language in case.afoot else []
    if tasks:
        name = "task_first" if advised["course"] in _IN_COURT else "task"
        told.append(say(name, language).format(tasks=semicolon(language).join(tasks[:_MOST_TASKS])))
    if case.declare_by is not None and "declare_claim" in (advised["tasks"] or ()):
        name = "declare_late" if case.declare_by < case.as_of else "declare_by"
        told.append(say(name, language).format(day=day(case.declare_by, language)))
    return " ".join(told) or None


def _stake(case: Case, language: str) -> list[list[str]]:
    currency = case.claims[0]["currency"]

    def total(*names: str) -> Decimal:
        return sum((row[name] for row in case.claims for name in names), Decimal(0))

    principal, disputed = total("open_amount"), total("disputed_amount")
    rows = [("principal", money(principal, currency, language))]
    if disputed:
        rows.append(("disputed", money(disputed, currency, language)))
    accessories = total("late_penalties", "legal_interest", "fixed_indemnity")
    rows += [
        ("accessories", money(accessories, currency, language)),
        ("total", money(total("total_due"), currency, language)),
        *_titled(case, language),
        ("invoices", count(len(case.claims), language)),
        ("oldest", short_day(_first(case.claims, "due_on"), language)),
        ("limitation", short_day(_first(case.claims, "limitation_earliest_on"), language)),
    ]
    return [[say(name, language, "stake"), value] for name, value in rows]


def _titled(case: Case, language: str) -> list[tuple[str, str]]:
    """What the title carries, where it is for a part only: all that the courses are weighed on."""
    told = [row for row in case.claims if row["titled_amount"] is not None]
    if all(row["titled_amount"] == row["open_amount"] for row in told):
        return []
    borne = sum((row["titled_amount"] + row["titled_accessories"] for row in told), Decimal(0))
    return [("titled", money(borne, case.claims[0]["currency"], language))]


def _first(rows: Sequence[Row], name: str) -> date | None:
    return min((row[name] for row in rows if row[name] is not None), default=None)


def _odds(row: Row | None, language: str) -> dict[str, Any]:
    if row is None:
        title = say("no_odds", language, "sections")
        return {"title": title, "rows": [[say("closed", language, "odds"), ""]]}
    shares = ("p_success", "p_collect", "p_loss")
    told = [(name, share(row[name], language)) for name in shares]
    days = row["duration_days"]
    waits = "–" if days is None else say("days", language, "odds").format(n=count(days, language))
    told += [("cost", euros(row["cost"], language))]
    if row.get("peak_cash_out") is not None:
        told.append(("peak", euros(row["peak_cash_out"], language)))
    told.append(("duration", waits))
    if row["break_even_amount"] is not None:
        told.append(("break_even", euros(row["break_even_amount"], language)))
    low, high = row.get("settlement_low"), row.get("settlement_high")
    if low is not None and high is not None and 0 < low <= high:
        zone = say("zone", language, "odds").format(
            low=euros(low, language), high=euros(high, language)
        )
        told.append(("settlement", zone))
    title = say("odds" if row["admissible"] else "odds_closed", language, "sections")
    return {
        "title": title.format(course=code_word("course", row["course"], language)),
        "rows": [[say(name, language, "odds"), value] for name, value in told],
    }


def _ends(row: Row, language: str) -> dict[str, Any] | None:
    if any(row[name] is None for name in _ENDS):
        return None
    told = [[say(name, language, "ends"), euros(row[name], language)] for name in _ENDS]
    if row["expected_net"] is not None:
        told.append([say("mean", language, "ends"), euros(row["expected_net"], language)])
    title = say("ends", language, "sections")
    return {"title": title, "says": say("says", language, "ends"), "rows": told}


def _curve(row: Row, language: str) -> dict[str, Any] | None:
    """Cash by scenario: the cost is laid out, then the first cash brings each to its end.

    Points are shares of the width and of the height of the drawing.
    """
    if row["duration_days"] is None or row["cost"] is None or any(row[n] is None for n in _ENDS):
        return None
    months = max(float(row["duration_days"]) / _DAYS_PER_MONTH, 1.0)
    wide, cost = months * 1.5, float(row["cost"])
    ends = {name: float(row[name]) for name in _ENDS}
    low, high = min(0.0, -cost, *ends.values()), max(0.0, *ends.values())
    tall = (high - low) or 1.0

    def at(month: float, euros: float) -> list[float]:
        return [round(0.12 + 0.86 * month / wide, 4), round((euros - low) / tall, 4)]

    step = max(1, round(wide / 6))
    # Labels that would stand on one another: that of nought stays.
    far = 0.09 * tall
    marks = [0.0, *(mark for mark in (low, high) if abs(mark) > far)]
    return {
        "title": say("curve", language, "sections"),
        "lines": [
            {
                "says": say(f"line_{name}", language, "ends"),
                "bold": name == "p50",
                "dash": {"p10": "dotted", "p50": "solid", "p90": "dashed"}[name],
                "points": [at(0, 0), at(0, -cost), at(months, -cost), at(months, end),
                           at(wide, end)],
            }
            for name, end in ends.items()
        ],
        "marks": [
            {"y": round((mark - low) / tall, 4), "zero": mark == 0.0,
             "says": euros(Decimal(str(round(mark, 2))), language)}
            for mark in marks
        ],
        "ticks": [
            {"x": at(month, 0)[0], "says": f"{month} {say('months', language, 'ends')}"}
            for month in range(0, int(wide) + 1, step)
        ],
    }  # fmt: skip


def _others(case: Case, language: str) -> dict[str, Any]:
    """Courses not chosen, the open ones first, each with why."""
    left = [row for row in case.courses if row["course"] != case.advised["course"]]
    left.sort(key=_by_worth, reverse=True)
    # Of closed courses, those with the fewest obstacles first.
    left.sort(key=lambda row: 0 if row["admissible"] else len(row["obstacles"] or ()))
    rows = [
        [
            code_word("course", row["course"], language),
            euros(row["expected_net"], language) if row["admissible"] else "–",
            _why_not(row, case.advised, language),
        ]
        for row in left[:_MOST_OTHERS]
    ]
    return {
        "title": say("others", language, "sections"),
        "head": [say(name, language, "others") for name in ("course", "net", "why")],
        "none": say("none", language, "others"),
        "rows": rows,
    }


def _why_not(row: Row, advised: Row, language: str) -> str:
    if not row["admissible"]:
        codes = row["obstacles"] or ()
        why = semicolon(language).join(law_word("obstacles", code, language) for code in codes)
        return say("closed", language, "others").format(why=why)
    net, best = row["expected_net"], advised["expected_net"]
    if net == 0 and row["course"] not in _IN_COURT and advised["course"] in _IN_COURT:
        return say("reference", language, "others")
    if net is not None and best is not None and net > best:
        return say("doubt", language, "others")
    return say("less", language, "others")
