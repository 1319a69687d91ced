"""The first look at a portfolio in words and figures, for the screen and for paper alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from letters.paper import pdf
from letters.writing import clean, count, day, money, percent, phrase, short_day

AGES = (
    "age_not_due",
    "age_30",
    "age_60",
    "age_90",
    "age_180",
    "age_365",
    "age_older",
    "age_unknown",
)
TO_DO = (
    "never_chased",
    "near_limitation",
    "penalties",
    "indemnities",
    "credits",
    "unanswered_dispute",
    "quick_win",
)
GAPS = (
    "gap_date",
    "gap_kind",
    "gap_address",
    "gap_contact",
    "gap_siren",
    "gap_proof",
    "gap_history",
)
_NOT_LATE = ("age_not_due", "age_unknown")
#: Lines whose worth differs from the amount, claim by claim.
_WITH_WORTH = ("near_limitation", "credits", "unanswered_dispute", "gap_kind", "gap_date")
_NAMES_MOST = 3

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """The published figures: one row per line, and one row for the portfolio."""

    lines: Mapping[str, Row]
    figures: Row

    @property
    def is_empty(self) -> bool:
        """Whether no claim is open."""
        return not self.figures["n_claims"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is told: ``says`` what it is worth or what the gap costs."""

    line: str
    name: str
    n: int
    amount: Decimal | None
    figures: str
    says: str


def told(look: Look, wanted: Sequence[str], language: str) -> list[Line]:
    """The lines that have claims (or sums in hand), in the order wanted."""
    return [
        _line(look, name, language)
        for name in wanted
        if name in look.lines or (name == "credits" and look.figures["n_credits"])
    ]


def _line(look: Look, name: str, language: str) -> Line:
    row = look.lines.get(name, {})
    is_credits = name == "credits"
    n = int(look.figures["n_credits"] if is_credits else row["n_claims"])
    amount = _decimal(look.figures["credits_eur"] if is_credits else row["amount"])
    key = ("figures_credits" if is_credits else "figures") + ("_one" if n == 1 else "")
    figures = say(key, language).format(n=count(n, language), amount=_euros(amount, language))
    if not is_credits and row.get("n_without_rate"):
        figures += f" ({say('no_rate', language).format(n=row['n_without_rate'])})"
    return Line(name, say(name, language, "lines"), n, amount, figures, _says(look, name, language))


def _says(look: Look, name: str, language: str) -> str:
    if name in AGES:
        return ""
    row, figures = look.lines.get(name, {}), look.figures
    p_unproven, p_proven = figures["p_success_unproven"], figures["p_success_proven"]
    sentence = say(name, language, "says").format(
        worth=_euros(_decimal(row.get("worth")) or Decimal(0), language),
        n=count(int(row.get("n_claims") or 0), language),
        debtors=count(
            int(figures["n_credit_debtors"] if name == "credits" else row.get("n_debtors") or 0),
            language,
        ),
        sums=_euros(_decimal(figures["credits_eur"]), language),
        by_letter=count(int(figures["n_by_letter"]), language),
        out_of_reach=count(int(figures["n_out_of_reach"]), language),
        blocked=count(int(figures["n_notices_blocked"]), language),
        strict=count(int(figures["n_strict_limitation"]), language),
        suits=count(int(figures["n_suits"]), language),
        unidentified=count(int(figures["n_unidentified_suits"]), language),
        assumed=count(int(figures["n_assumed"]), language),
        undated=count(int(figures["n_undated"]), language),
        unproven=count(int(figures["n_unproven_suits"]), language),
        p_unproven=_share(p_unproven, language),
        p_proven=_share(p_proven, language),
        weight=_share(row.get("weight"), language),
    )
    return f"{sentence} {_precision(row, language)}".strip() if name in GAPS else sentence


def _precision(row: Row, language: str) -> str:
    """How wide the odds are within the gap and outside it: a comparison, not a cause."""
    spread, elsewhere = row.get("spread"), row.get("spread_elsewhere")
    if _missing(spread):
        return ""
    key = "precision_alone" if _missing(elsewhere) else "precision"
    return say(key, language).format(
        spread=_share(spread, language), elsewhere=_share(elsewhere, language)
    )


def ages_sentence(look: Look, language: str) -> str:
    """How much of the portfolio is overdue."""
    total = _decimal(look.figures["open_eur"]) or Decimal(0)
    late = _decimal(look.figures["overdue_eur"]) or Decimal(0)
    return say("ages_says", language).format(
        late=_euros(late, language),
        total=_euros(total, language),
        share=percent(late / total if total else 0, language, digits=0),
    )


def on_paper(
    look: Look,
    claims: Mapping[str, Sequence[Row]],
    credits: Sequence[Row],
    creditors: Sequence[Row],
    run: Row,
    *,
    language: str,
    invented: bool,
) -> bytes:
    """The PDF. ``claims`` holds the first claims of each line, ``credits`` the first sums.

    ``run`` tells run_id, as_of, models, parameters. How many claims are left out is said line by
    line, so that the paper stays short whatever the portfolio.
    """
    as_of: date = run["as_of"]
    data = {
        "language": language,
        "title": say("title", language),
        "creditors": _creditors(creditors, language),
        "day": say("day", language).format(day=day(as_of, language), run=run["run_id"]),
        "watermark": say("invented", language) if invented else None,
        "sources": say("sources", language).format(
            run=run["run_id"], models=run["models"], parameters=run["parameters"]
        ),
        "note": say("note", language),
        "tiles": _tiles(look, language),
        "ages": _ages(look, language),
        "sections": [
            {
                "title": say(section, language, "sections"),
                "nothing": say("nothing", language),
                "lines": [
                    _printed(line, claims.get(line.line, ()), credits, language)
                    for line in told(look, names, language)
                ],
            }
            for section, names in (("to_do", TO_DO), ("gaps", GAPS))
        ],
    }
    return pdf("bilan", data, as_of=as_of)


def _tiles(look: Look, language: str) -> list[dict[str, str]]:
    figures = look.figures
    values = {
        "claims": count(int(figures["n_claims"]), language),
        "open": _euros(_decimal(figures["open_eur"]), language),
        "overdue": _euros(_decimal(figures["overdue_eur"]), language),
        "credits": _euros(_decimal(figures["credits_eur"]), language),
    }
    return [{"name": say(key, language, "tiles"), "value": value} for key, value in values.items()]


def _ages(look: Look, language: str) -> dict[str, Any]:
    lines = [name for name in AGES if name in look.lines]
    amounts = {name: _decimal(look.lines[name]["amount"]) or Decimal(0) for name in lines}
    largest = max(amounts.values(), default=Decimal(0)) or Decimal(1)
    return {
        "title": say("ages", language, "sections"),
        "sentence": ages_sentence(look, language),
        "bars": [
            {
                "name": say(name, language, "lines"),
                "share": float(amounts[name] / largest),
                "amount": _euros(amounts[name], language),
                "late": name not in _NOT_LATE,
            }
            for name in lines
        ],
        "head": [say(key, language, "head") for key in ("line", "claims", "open", "expected")],
        "rows": [
            [
                say(name, language, "lines"),
                count(int(look.lines[name]["n_claims"]), language),
                _euros(amounts[name], language),
                _euros(_decimal(look.lines[name]["worth"]), language),
            ]
            for name in lines
        ],
    }


def _printed(
    line: Line, claims: Sequence[Row], credits: Sequence[Row], language: str
) -> dict[str, Any]:
    head: tuple[str, ...]
    if line.line == "credits":
        head = ("debtor", "creditor", "since", "source", "amount")
        rows = [
            [
                _short(row["debtor_name"]),
                _short(row["creditor_name"] or "–"),
                short_day(row["since"], language),
                _short(row["source"]),
                _euros(_decimal(row["amount"]), language),
            ]
            for row in credits
        ]
        widths, right, more = [1, 0, 0, 0, 0], 4, "more_credits"
    else:
        has_worth = line.line in _WITH_WORTH
        head = ("debtor", "invoice", "due", "days", "amount", *(["worth"] if has_worth else []))
        rows = [_row(row, language, has_worth=has_worth) for row in claims]
        widths, right, more = [1, 0, 0, 0, 0, *([0] if has_worth else [])], 3, "more"
    left = line.n - len(rows)
    return {
        "name": line.name,
        "says": line.says,
        "figures": line.figures,
        "head": [say(key, language, "head") for key in head],
        "rows": rows,
        "widths": widths,
        "right": right,
        "more": say(more, language).format(n=count(left, language)) if left > 0 else None,
    }


def _row(row: Row, language: str, *, has_worth: bool) -> list[str]:
    late = row["days_overdue"]
    cells = [
        _short(row["debtor_name"]),
        _short(row["invoice_number"] or row["claim_id"]),
        short_day(row["due_on"], language),
        "–" if _missing(late) else count(int(late), language),
        _euros(_decimal(row["amount"]), language)
        if not _missing(row["amount"])
        else money(_decimal(row["open_amount"]) or Decimal(0), row["currency"], language),
    ]
    return [*cells, _euros(_decimal(row["worth"]), language)] if has_worth else cells


def _creditors(rows: Sequence[Row], language: str) -> str:
    names = [clean(row["name"]) for row in rows if row["name"]]
    if len(names) <= _NAMES_MOST:
        return ", ".join(names)
    shown = ", ".join(names[:_NAMES_MOST])
    return say("all_creditors", language).format(names=shown, n=len(names) - _NAMES_MOST)


def _short(text: object, most: int = 44) -> str:
    told = clean(text)
    return told if len(told) <= most else told[: most - 1] + "…"


def _missing(value: object) -> bool:
    return value is None or value != value  # NaN differs from itself


def _decimal(value: object) -> Decimal | None:
    return None if _missing(value) else Decimal(str(value))


def _euros(amount: Decimal | None, language: str) -> str:
    return "–" if amount is None else money(amount, "EUR", language)


def _share(value: Any, language: str) -> str:
    return "–" if _missing(value) else percent(value, language, digits=0)


def say(key: str, language: str, group: str | None = None) -> str:
    """A phrase of ``bilan.yaml``.

    Raises
    ------
    KeyError
        When nobody wrote it.
    """
    return phrase("bilan.yaml", key, language, group)
