"""Dates and amounts as people write them, read by SQL over whole columns.

What one cell leaves open (03/04 or 1.234) its column decides, else the file, else a custom that
is named in the notes. Each function returns an SQL expression of text; a cell that cannot be read
gives null.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from pipelines.store import literal, statement

# Blanks and apostrophes that part thousands, and the minus signs of word processors.
_BLANKS = "[ \\t\u00a0\u202f\u2009'’]"
_MINUS = "[-−–‐]"
_MONTHS = (
    ("jan", 1), ("fev", 2), ("feb", 2), ("mar", 3), ("avr", 4), ("apr", 4), ("mai", 5),
    ("may", 5), ("juil", 7), ("jul", 7), ("juin", 6), ("jun", 6), ("aou", 8), ("aug", 8),
    ("sep", 9), ("oct", 10), ("nov", 11), ("dec", 12),
)  # fmt: skip
_PARTS = "^([0-9]{1,2})[-/. ]+([0-9]{1,2})[-/. ]+([0-9]{4}|[0-9]{2})$"
# Each with its mirror image: what shows a decimal sign, what groups thousands, what may be either.
_SHAPES = {
    "mixed_comma": "^[0-9]+[.][0-9.]*,[0-9]*$",
    "mixed_point": "^[0-9]+,[0-9,]*[.][0-9]*$",
    "plain_comma": "^[0-9]*,[0-9]+$",
    "plain_point": "^[0-9]*[.][0-9]+$",
    "grouped_comma": "^[0-9]{1,3}(,[0-9]{3}){2,}$",
    "grouped_point": "^[0-9]{1,3}([.][0-9]{3}){2,}$",
    "open_comma": "^[1-9][0-9]{0,2},[0-9]{3}$",
    "open_point": "^[1-9][0-9]{0,2}[.][0-9]{3}$",
}
_CURRENCIES = (
    "USD|GBP|CHF|CAD|AUD|NZD|JPY|CNY|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|MAD|TND|DZD|XOF|XAF|XPF"
    "|BRL|MXN|INR|SGD|HKD|ZAR|AED|ILS|KRW"
)
_NO_DATE = "^(0000-00-00|00[-/.]00[-/.]0000|00000000|-+|n/?a|#n/a|null|none|nan|nat)$"


@dataclass(frozen=True, slots=True)
class DateVotes:
    """How many dates of a column can only be day-first, only month-first, or either."""

    day_first: int = 0
    month_first: int = 0
    either: int = 0


@dataclass(frozen=True, slots=True)
class AmountVotes:
    """How many amounts of a column show a decimal comma, a decimal point, or leave it open."""

    comma: int = 0
    point: int = 0
    either_comma: int = 0
    either_point: int = 0


def date_votes(con: duckdb.DuckDBPyConnection, relation: str, text: str) -> DateVotes:
    """Votes of the column ``text`` (an SQL expression) of ``relation`` on the order of dates."""
    parted = statement("regexp_matches({day}, {parts})", day=_day(text), parts=literal(_PARTS))
    sql = statement(
        "select count_if(a > 12 and b <= 12), count_if(b > 12 and a <= 12),"
        " count_if(a <= 12 and b <= 12 and a <> b)"
        " from (select try_cast(regexp_extract({day}, {parts}, 1) as integer) as a,"
        " try_cast(regexp_extract({day}, {parts}, 2) as integer) as b"
        " from {relation} where {parted})",
        day=_day(text),
        parts=literal(_PARTS),
        relation=relation,
        parted=parted,
    )
    return DateVotes(*(votes or 0 for votes in con.execute(sql).fetchall()[0]))


def amount_votes(con: duckdb.DuckDBPyConnection, relation: str, text: str) -> AmountVotes:
    """Votes of the column ``text`` (an SQL expression) of ``relation`` on the decimal sign."""
    found = {
        name: "regexp_matches(core, " + literal(pattern) + ")" for name, pattern in _SHAPES.items()
    }
    sql = statement(
        "select count_if({mixed_comma} or {plain_comma} and not {open_comma} or {grouped_point}),"
        " count_if({mixed_point} or {plain_point} and not {open_point} or {grouped_comma}),"
        " count_if({open_comma}), count_if({open_point})"
        " from (select {core} as core from {relation})",
        core=_core(_bare(_tight(text))),
        relation=relation,
        **found,
    )
    return AmountVotes(*(votes or 0 for votes in con.execute(sql).fetchall()[0]))


def iso_date(text: str, *, day_first: bool, date_format: str | None = None) -> str:
    """SQL of the ISO date in ``text``: figures, French and English months, Excel day numbers.

    A time of day is dropped; years of two figures are 1970 to 2069. With ``date_format`` (as in
    ``strptime``) only that form and the ISO form are read. Zeros and dashes in place of a date,
    as SAP writes them, give an empty text.
    """
    day = "held_day"
    forms = [_iso(day)]
    if date_format is not None:
        stated = statement(
            "strftime(try_strptime(trim({text}), {format}), '%Y-%m-%d')",
            text=text,
            format=literal(date_format),
        )
        forms.insert(0, stated)
    else:
        forms += [_figures(day, day_first), _compact(day), _worded(day), _excel(day)]
    forms.append(_when(day, _NO_DATE, "''"))
    return _let(day, _day(text), "coalesce(" + ", ".join(forms) + ")")


def decimal_text(text: str, *, decimal: str, strict: bool = False) -> str:
    """SQL of the number in ``text`` with a decimal point and a sign, nothing else.

    Read are blanks, apostrophes, points and commas between thousands, currencies before or
    after, minus before or after, parentheses, and the suffixes CR and DR. ``decimal`` settles
    what a single group of three figures leaves open; with ``strict`` it settles everything.
    """
    thousands = "," if decimal == "." else "."
    core = "held_core"
    without = {
        ",": "replace(held_core, ',', '')",
        ".": "replace(replace(held_core, '.', ''), ',', '.')",
    }
    value = without[thousands]
    if not strict:
        value = statement(
            "case when contains({core}, ',') and contains({core}, '.') then"
            " case when regexp_matches({core}, ',[^.]*$') then {comma} else {point} end"
            " when regexp_matches({core}, {grouped_comma}) then {point}"
            " when regexp_matches({core}, {grouped_point}) then {comma}"
            " when regexp_matches({core}, {open}) then {without}"
            " else replace({core}, ',', '.') end",
            core=core,
            comma=without["."],
            point=without[","],
            grouped_comma=literal(_SHAPES["grouped_comma"]),
            grouped_point=literal(_SHAPES["grouped_point"]),
            open=literal(_SHAPES["open_comma" if thousands == "," else "open_point"]),
            without=without[thousands],
        )
    signed = statement(
        "case when regexp_matches(held_number, {number})"
        " then case when {negative} then '-' else '' end || held_number end",
        number=literal("^([0-9]+[.]?[0-9]*|[.][0-9]+)(E[+-]?[0-9]{1,3})?$"),
        negative=_negative("held_tight", "held_bare"),
    )
    number = _let("held_number", value, signed)
    held = _let("held_bare", _bare("held_tight"), _let(core, _core("held_bare"), number))
    return _let("held_tight", _tight(text), held)


def currency_of(text: str) -> str:
    """SQL of the currency written beside an amount, as three letters; null when none is."""
    found = statement(
        "case when regexp_matches({tight}, '^[0-9.,-]*$') then null"
        " when contains({tight}, '€') or contains({tight}, 'EUR') then 'EUR'"
        " when contains({tight}, '£') then 'GBP'"
        " when regexp_matches({tight}, {dollar}) then 'USD'"
        " else nullif(regexp_extract({tight}, {letters}), '') end",
        tight="held_tight",
        dollar=literal("^[^A-Z]*(US)?[$][^A-Z]*$"),
        letters=literal(_CURRENCIES),
    )
    return _let("held_tight", _tight(text), found)


def _let(name: str, value: str, body: str) -> str:
    """SQL of ``body`` with ``value`` computed once: branches of a case share nothing else."""
    return statement(
        "list_transform([{value}], lambda {name}: {body})[1]", name=name, value=value, body=body
    )


def _day(text: str) -> str:
    return statement(
        "trim(regexp_replace(strip_accents(lower({text})), {clock}, ''))",
        text=text,
        clock=literal("[t ]+[0-9]{1,2}[:h][0-9]{2}.*$"),
    )


def _checked(year: str, month: str, day: str) -> str:
    return statement(
        "strftime(try_cast({year} || '-' || lpad({month}, 2, '0') || '-' || lpad({day}, 2, '0')"
        " as date), '%Y-%m-%d')",
        year=year,
        month=month,
        day=day,
    )


def _when(day: str, pattern: str, value: str) -> str:
    return statement(
        "case when regexp_matches({day}, {pattern}) then {value} end",
        day=day,
        pattern=literal(pattern),
        value=value,
    )


def _group(day: str, pattern: str, number: int) -> str:
    return statement(
        "regexp_extract({day}, {pattern}, {number})",
        day=day,
        pattern=literal(pattern),
        number=str(number),
    )


def _year(text: str) -> str:
    return statement(
        "case when length({text}) = 4 then {text} when {text} < '70' then '20' || {text}"
        " else '19' || {text} end",
        text=text,
    )


def _iso(day: str) -> str:
    pattern = "^([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})$"
    parts = [_group(day, pattern, number) for number in (1, 2, 3)]
    return _when(day, pattern, _checked(*parts))


def _figures(day: str, day_first: bool) -> str:
    first, second, year = (_group(day, _PARTS, number) for number in (1, 2, 3))
    if day_first:
        return _when(day, _PARTS, _checked(_year(year), second, first))
    return _when(day, _PARTS, _checked(_year(year), first, second))


def _compact(day: str) -> str:
    year_first = "^((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})$"
    parts = [_group(day, year_first, number) for number in (1, 2, 3)]
    return _when(day, year_first, _checked(*parts))


def _worded(day: str) -> str:
    after = "^([0-9]{1,2})(?:er|st|nd|rd|th)?[-/. ]*([a-z]{3,9})[-/., ]*([0-9]{4}|[0-9]{2})$"
    before = "^([a-z]{3,9})[-/. ]*([0-9]{1,2})(?:st|nd|rd|th)?[-/., ]+([0-9]{4})$"
    forms = [
        _when(
            day,
            pattern,
            _checked(
                _year(_group(day, pattern, 3)),
                _month(_group(day, pattern, month)),
                _group(day, pattern, number),
            ),
        )
        for pattern, number, month in ((after, 1, 2), (before, 2, 1))
    ]
    return statement("coalesce({forms})", forms=", ".join(forms))


def _month(word: str) -> str:
    branches = " ".join(
        statement(
            "when starts_with({word}, {start}) then {number}",
            word=word,
            start=literal(start),
            number=literal(str(number)),
        )
        for start, number in _MONTHS
    )
    return "case " + branches + " end"


def _excel(day: str) -> str:
    # Excel counts days from 1899-12-30 on; 20000 is 1954, 80000 is 2119.
    pattern = "^([2-7][0-9]{4})(?:[.,][0-9]+)?$"
    number = _group(day, pattern, 1)
    shifted = statement(
        "strftime(date '1899-12-30' + coalesce(try_cast({number} as integer), 0), '%Y-%m-%d')",
        number=number,
    )
    return _when(day, pattern, shifted)


def _tight(text: str) -> str:
    return statement(
        "upper(regexp_replace({text}, {blanks}, '', 'g'))", text=text, blanks=literal(_BLANKS)
    )


def _bare(tight: str) -> str:
    """The amount without blanks, credit or debit marks and currencies; signs remain."""
    return statement(
        "regexp_replace(regexp_replace(regexp_replace({tight}, '(CR|DR|DB)[.]?$', ''),"
        " {before}, '\\1'), {after}, '\\2')",
        tight=tight,
        before=literal("^([-−–‐+(]*)(?:US[$]|EUROS?|[A-Z]{3}|[€$£])"),
        after=literal("(US[$]|EUROS?|[A-Z]{3}|[€$£])([-−–‐)]*)$"),
    )


def _core(bare: str) -> str:
    """Figures, points and commas of the amount; empty when there is something else."""
    return statement(
        "regexp_extract({bare}, {pattern}, 1)",
        bare=bare,
        pattern=literal("^[-−–‐+(]*([0-9.,]+(?:E[+-]?[0-9]{1,3})?)[-−–‐)]*$"),
    )


def _negative(tight: str, bare: str) -> str:
    return statement(
        "(regexp_matches({bare}, {signs}) or regexp_matches({tight}, 'CR[.]?$'))",
        bare=bare,
        tight=tight,
        signs=literal("^[(+]*" + _MINUS + "|" + _MINUS + "[)]?$|^[(].*[)]$"),
    )
