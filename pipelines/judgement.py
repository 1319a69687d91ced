"""What a text must look like to be a value of the contract, as SQL over whole columns.

Each column yields one expression that is the typed value, or null, and the sentences said of
values that are refused. The texts are those of a cleaned relation: trimmed, empty is null.
"""

from __future__ import annotations

from dataclasses import dataclass

from data_schema import Column, codes
from pipelines.store import literal, quoted, statement

NUMBER_LIMIT = "1000000000000"  # a sum of this size in a ledger is a slip, not a debt
LONGEST_TEXT = 100_000
LONGEST_KEY = 200

NUMBER = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$"
_WHOLE = "^[+-]?[0-9]+([.]0*)?$"
_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]00:00(:00([.]0+)?)?)?$"
_CLOCK = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)"
_LOCAL = _CLOCK + "?$"
_ZONED = _CLOCK + " ?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)$"
_TRUE = "('true', '1', '1.0', 'oui', 'yes', 'vrai', 'o', 'y', 't')"
_FALSE = "('false', '0', '0.0', 'non', 'no', 'faux', 'n', 'f')"

_FORM = {
    "integer": "not a whole number; write it like 30",
    "number": "not a number; write it with a decimal point, like 12.5",
    "rate": "not a number; write it with a decimal point, like 0.12",
    "money": "not an amount of at most two decimals; write it like 1234.56",
    "date": "not a day from 1900 to 2100 written like 2026-03-31; correct it",
    "timestamp": "not a moment from 1900 to 2100 written like 2026-03-31T14:30; correct it",
    "bool": "neither yes nor no; write true or false",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """SQL of one column: the typed value, and (condition, sentence) of each refusal.

    Refusals speak of the text as ``"<column>"`` and of the typed value as ``"v:<column>"``.
    """

    value: str
    refusals: tuple[tuple[str, str], ...]


def cleaned(text: str) -> str:
    """SQL of a text without the white space around it; null when nothing is left."""
    blanks = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(65279)"
    return statement("nullif(trim({text}, {blanks}), '')", text=text, blanks=blanks)


def shown(text: str) -> str:
    """SQL of a value as a reason quotes it: on one line and short."""
    return statement(
        "'\"' || regexp_replace(left({text}, 40), '[[:cntrl:]]+', ' ', 'g')"
        " || case when length({text}) > 40 then '…' else '' end || '\"'",
        text=text,
    )


def said(column: str, advice: str) -> str:
    """SQL of a reason: the column, its value, and what to do about it."""
    return statement(
        "{name} || {value} || {advice}",
        name=literal(column + " is "),
        value=shown(quoted(column)),
        advice=literal(": " + advice),
    )


def judged(column: Column, *, is_key: bool, demo: bool) -> Judgement:
    """How a column's cleaned text becomes a value, and what is said when it does not.

    With ``demo`` a SIREN need not pass its check digit: invented ones must not.
    """
    text, value = quoted(column.name), quoted("v:" + column.name)
    refusals: list[tuple[str, str]] = []
    if column.required:
        refusals.append((text + " is null", literal(column.name + " is missing: fill it in")))
    advices = [*_form(column), *_bounds(column), *_lengths(column, is_key)]
    refusals += [
        (statement(condition, text=text, value=value), said(column.name, advice))
        for condition, advice in advices
    ]
    return Judgement(_value(column, text, demo), tuple(refusals))


def is_siren(column: Column) -> bool:
    """Whether the column holds a SIREN: a wrong one is blanked, the row keeps its money."""
    return column.name == "siren"


def money(text: str) -> str:
    """SQL of the amount a text holds, exact to the cent; null when it is not an amount.

    Beyond two decimals only the noise of a binary fraction (below 1e-6) is let through.
    """
    return statement(
        "case when regexp_matches({text}, {number}) and abs(try_cast({text} as double)) < {limit}"
        " and abs({exact} - round({exact}, 2)) <= 0.000001"
        " then round({exact}, 2)::decimal(18,2) end",
        text=text,
        number=literal(NUMBER),
        limit=NUMBER_LIMIT,
        exact=statement(
            "coalesce(try_cast({text} as decimal(38,10)),"
            " try_cast(try_cast({text} as double) as decimal(38,10)))",
            text=text,
        ),
    )


def _value(column: Column, text: str, demo: bool) -> str:
    if is_siren(column):
        return _siren(text, demo)
    if column.codes:
        return "lower(" + text + ")"
    if column.name == "currency":
        return "upper(" + text + ")"
    if column.type == "money":
        return money(text)
    return statement(
        _READ[column.type],
        text=text,
        number=literal(NUMBER),
        whole=literal(_WHOLE),
        date=literal(_DATE),
        local=literal(_LOCAL),
        zoned=literal(_ZONED),
        limit=NUMBER_LIMIT,
        first_day="date '1500-01-01'" if column.name == "created_on" else "date '1900-01-01'",
        true=_TRUE,
        false=_FALSE,
    )


_READ = {
    "text": "{text}",
    "json": "{text}",
    "list": (
        # Commas too, and the brackets and quotes in which other formats write a list.
        "list_filter(list_transform(regexp_split_to_array({text}, '[;|,]'),"
        " lambda part: trim(part, ' []\"''')), lambda part: part <> '')"
    ),
    "bool": (
        "case when lower({text}) in {true} then true when lower({text}) in {false} then false end"
    ),
    "integer": (
        "case when regexp_matches({text}, {whole}) and abs(try_cast({text} as double)) < {limit}"
        " then try_cast(regexp_replace({text}, '[.]0*$', '') as bigint) end"
    ),
    "number": (
        "case when regexp_matches({text}, {number}) and abs(try_cast({text} as double)) < {limit}"
        " then try_cast({text} as double) end"
    ),
    "rate": (
        "case when regexp_matches({text}, {number}) and abs(try_cast({text} as double)) < 1000000"
        " then round(try_cast({text} as double), 6)::decimal(12,6) end"
    ),
    "date": (
        "case when regexp_matches({text}, {date})"
        " and try_cast(left({text}, 10) as date) between {first_day} and date '2100-12-31'"
        " then try_cast(left({text}, 10) as date) end"
    ),
    # A moment with a zone is told in French time, since days of contact are French days.
    "timestamp": (
        "case when try_cast(left({text}, 10) as date)"
        " not between date '1900-01-01' and date '2100-12-31' then null"
        " when regexp_matches({text}, {local}) then try_cast({text} as timestamp)"
        " when regexp_matches({text}, {zoned}) then timezone('Europe/Paris',"
        " try_cast(left({text}, 10) || 'T' || replace(substr({text}, 12), ' ', '')"
        " as timestamptz)) end"
    ),
}


def _siren(text: str, demo: bool) -> str:
    digits = statement("regexp_replace({text}, '[^0-9A-Za-z]+', '', 'g')", text=text)
    nine = "'^[0-9]{9}([0-9]{5})?$'"  # a SIRET begins with the SIREN
    check = "true" if demo else _check_digit(digits)
    return statement(
        "case when regexp_matches({digits}, {nine}) and left({digits}, 9) <> '000000000'"
        " and {check} then left({digits}, 9) end",
        digits=digits,
        nine=nine,
        check=check,
    )


def _check_digit(digits: str) -> str:
    """SQL of the Luhn check (ISO/IEC 7812-1, annex B) of the first nine digits."""
    terms = []
    for place in range(1, 10):
        digit = statement(
            "coalesce(try_cast(substr({digits}, {place}, 1) as integer), 0)",
            digits=digits,
            place=str(place),
        )
        doubled = statement("({digit} * 2) // 10 + ({digit} * 2) % 10", digit=digit)
        terms.append(doubled if place % 2 == 0 else digit)
    return "(" + " + ".join(terms) + ") % 10 = 0"


def _form(column: Column) -> list[tuple[str, str]]:
    if is_siren(column) or column.type not in _FORM:
        return []
    advice = _FORM[column.type]
    if column.name == "created_on":
        advice = advice.replace("1900", "1500")
    unread = "{text} is not null and {value} is null"
    if column.type in ("date", "timestamp", "bool"):
        return [(unread, advice)]
    limit = "1000000" if column.type == "rate" else NUMBER_LIMIT
    number = "try_cast({text} as double)"
    vast = "coalesce(isfinite(" + number + ") and abs(" + number + ") >= " + limit + ", false)"
    return [
        (unread + " and " + vast, "a number out of range; correct it"),
        (unread + " and not " + vast, advice),
    ]


def _bounds(column: Column) -> list[tuple[str, str]]:
    bounds: list[tuple[str, str]] = []
    if column.codes:
        allowed = codes(column.codes)
        among = "(" + ", ".join(map(literal, allowed)) + ")"
        bounds.append(("{value} not in " + among, "none of " + ", ".join(allowed)))
    if column.low is not None:
        bounds.append(("{value} < " + repr(column.low), f"below {column.low:g}; correct it"))
    if column.high is not None:
        bounds.append(("{value} > " + repr(column.high), f"above {column.high:g}; correct it"))
    if column.type == "rate" and (column.unit or "").startswith("fraction"):
        advice = "not a fraction from 0 to 1; write a rate as a fraction, 0.12 for 12 %"
        bounds.append(("{value} < 0 or {value} >= 1", advice))
    elif column.type == "rate":
        bounds.append(("{value} <= 0", "not above 0; correct it"))
    if column.name == "currency":
        bounds.append(("length({value}) <> 3 or not {value} ~ '[A-Z]+'", _CURRENCY))
    return bounds


def _lengths(column: Column, is_key: bool) -> list[tuple[str, str]]:
    if column.codes or column.type not in ("text", "list", "json"):
        return []
    longest = LONGEST_KEY if is_key or column.refers else LONGEST_TEXT
    return [
        ("length({text}) > " + str(longest), f"longer than {longest} characters; shorten it"),
    ]


_CURRENCY = "not the three letters of a currency; write it like EUR"
