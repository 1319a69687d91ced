"""Bank lines and the claims they may pay: proposals of a day, and the entry that confirms one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amiable.errors import AmiableError
from amiable.export import write
from amiable.home import Home
from amiable.runs import door_rows
from data_schema import word
from pipelines import build
from pipelines.bank_match import QUESTION, SUBJECT

if TYPE_CHECKING:
    from pandas import DataFrame

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class BankDay:
    """Bank lines of which nobody has decided yet, and what they may pay, on a day.

    ``lines``: line_id, account, booked_on, amount (text), currency, counterparty, remittance,
    n_proposals, ledger_payment_id (of a line that the ledger has already). ``proposals``: up to
    five a line, the best ``place`` first: kind, score, is_ambiguous, debtor_id, debtor_name,
    claim_ids, amounts (texts), on_account (text), reasons (codes). ``n_later`` lines are booked
    after the day.
    """

    as_of: date
    lines: DataFrame
    proposals: DataFrame
    n_later: int = 0


def bank_day(home: Home, as_of: date) -> BankDay:
    """Compare the bank lines that nobody has decided on with the claims open on a day.

    Raises
    ------
    AmiableError
        When nothing was imported yet.
    """
    if not home.store.exists():
        raise AmiableError(f"{home.path}: nothing imported yet. Begin with `amiable import FILE`.")
    con = build.connect(None, home.store)
    try:
        for name, (columns, rows) in door_rows(home, as_of).items():
            build.put(con, name, columns, rows)
        build.build(con, ["bank.lines", "bank.proposals", "bank.later"], as_of=as_of)
        lines, proposals, later = (
            build.frame(con, f"bank.{name}") for name in ("lines", "proposals", "later")
        )
    finally:
        con.close()
    order = proposals.groupby("line_id")["score"].max()
    lines = lines.assign(score=lines["line_id"].map(order).astype(float))
    lines = lines.sort_values(["score", "booked_on", "line_id"], ascending=[False, True, True])
    lines = lines.drop(columns="score")
    place = {line_id: n for n, line_id in enumerate(lines["line_id"])}
    rank = proposals["line_id"].map(place).rename("rank")
    proposals = proposals.assign(rank=rank).sort_values(["rank", "place"]).drop(columns="rank")
    return BankDay(
        as_of,
        lines.reset_index(drop=True),
        proposals.reset_index(drop=True),
        int(later["n_lines"][0]),
    )


def payload(
    debtor_id: str, amounts: Mapping[str, str], on_account: str | None = None
) -> dict[str, Any]:
    """What a journal entry says that confirms a match: each claim's share, the rest on account."""
    told: dict[str, Any] = {"question": QUESTION, "answer": "confirm", "debtor_id": debtor_id}
    if amounts:
        told["amounts"] = dict(amounts)
    if on_account:
        told["on_account"] = on_account
    return told


def rejection() -> dict[str, Any]:
    """What a journal entry says of a line that pays no claim."""
    return {"question": QUESTION, "answer": "reject"}


def of_proposal(row: Mapping[str, Any]) -> dict[str, Any]:
    """The payload that confirms a row of ``proposals``."""
    shares = dict(zip(_listed(row["claim_ids"]), _listed(row["amounts"]), strict=True))
    rest = row["on_account"]
    return payload(str(row["debtor_id"]), shares, rest if isinstance(rest, str) else None)


def shared_out(line: Mapping[str, Any], claims: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A row like those of ``proposals``: the line pays these claims in their order.

    ``claims`` have claim_id, debtor_id and open_amount. What is left goes on account of the
    debtor of the first.
    """
    left = abs(Decimal(str(line["amount"])))
    amounts: dict[str, str] = {}
    for claim in claims:
        share = min(left, Decimal(str(claim["open_amount"])).quantize(_CENT))
        if share > 0:
            amounts[str(claim["claim_id"])] = str(share)
            left -= share
    return {
        "debtor_id": claims[0]["debtor_id"],
        "claim_ids": list(amounts),
        "amounts": list(amounts.values()),
        "on_account": str(left) if left else None,
        "currency": line["currency"],
    }


def told(day: BankDay) -> dict[str, Any]:
    """The summary object of ``amiable matches --json``."""
    lines = day.lines.set_index("line_id")
    return {
        "as_of": day.as_of.isoformat(),
        "proposals": [_told(row, lines.loc[row["line_id"]]) for row in _rows(day.proposals)],
        "unmatched": [_line(row) for row in _rows(unmatched(day))],
        "in_ledger": [_line(row) for row in _rows(in_ledger(day))],
    }


def unmatched(day: BankDay) -> DataFrame:
    """Lines without a proposal which the ledger does not have either."""
    return day.lines[(day.lines["n_proposals"] == 0) & day.lines["ledger_payment_id"].isna()]


def in_ledger(day: BankDay) -> DataFrame:
    """Lines that the ledger has already as a payment: nothing to do."""
    return day.lines[day.lines["ledger_payment_id"].notna()]


def sentences(day: BankDay, language: str = "en") -> list[str]:
    """One line of text per proposal."""
    lines = day.lines.set_index("line_id")
    return [
        f"{row['score']:.2f}{'?' if row['is_ambiguous'] else ' '} {row['line_id']}"
        f" {_day(line['booked_on'])} {line['amount']} {line['currency']}"
        f" {_short(line)} -> {row['debtor_name'] or row['debtor_id']}: {_shares(row, language)}"
        f" ({', '.join(reasons(row, language))})"
        for row in _rows(day.proposals)
        for line in [lines.loc[row["line_id"]]]
    ]


def reasons(row: Mapping[str, Any], language: str) -> list[str]:
    """Why a proposal is made, in words."""
    return [word("bank_reason", code, language) for code in _listed(row["reasons"])]


def export(day: BankDay, target: Path, *, watermark: str | None = None) -> int:
    """Write the proposals as a table or, for a ``.jsonl``, as entries to complete and record.

    The entries lack an actor on purpose: whoever writes their name there confirms them.
    """
    if target.suffix.lower() == ".jsonl":
        try:
            with target.open("w", encoding="utf-8") as file:
                for each in told(day)["proposals"]:
                    file.write(json.dumps(each["entry"], ensure_ascii=False) + "\n")
        except OSError as error:
            raise AmiableError(f"{target} cannot be written: {error.strerror or error}.") from error
        return len(day.proposals)
    table = day.proposals.merge(
        day.lines[["line_id", "booked_on", "amount", "currency", "counterparty", "remittance"]],
        on="line_id",
    )
    write(table, target, watermark=watermark)
    return len(table)


def _told(row: dict[str, Any], line: Any) -> dict[str, Any]:
    return {
        "line_id": row["line_id"],
        "booked_on": _day(line["booked_on"]),
        "amount": line["amount"],
        "currency": line["currency"],
        "counterparty": _text(line["counterparty"]),
        "remittance": _text(line["remittance"]),
        "place": int(row["place"]),
        "kind": row["kind"],
        "score": round(float(row["score"]), 4),
        "is_ambiguous": bool(row["is_ambiguous"]),
        "debtor_id": row["debtor_id"],
        "debtor_name": _text(row["debtor_name"]),
        "reasons": _listed(row["reasons"]),
        "reasons_fr": reasons(row, "fr"),
        "reasons_en": reasons(row, "en"),
        "entry": {
            "subject_type": SUBJECT,
            "subject_id": row["line_id"],
            "kind": "answer",
            "payload": of_proposal(row),
        },
    }


def _line(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "line_id": row["line_id"],
        "booked_on": _day(row["booked_on"]),
        "amount": row["amount"],
        "currency": row["currency"],
        "counterparty": _text(row["counterparty"]),
        "remittance": _text(row["remittance"]),
        "ledger_payment_id": _text(row["ledger_payment_id"]),
    }


def _shares(row: Mapping[str, Any], language: str) -> str:
    claims, amounts = _listed(row["claim_ids"]), _listed(row["amounts"])
    parts = [f"{claim} {amount}" for claim, amount in zip(claims, amounts, strict=True)]
    if isinstance(row["on_account"], str):
        parts.append(f"{word('bank_match', 'account', language)} {row['on_account']}")
    return ", ".join(parts)


def _short(line: Any) -> str:
    said = " ".join(filter(None, [_text(line["counterparty"]), _text(line["remittance"])]))
    return said if len(said) <= 60 else said[:59] + "…"


def _rows(frame: DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _listed(value: Any) -> Sequence[str]:
    return [str(part) for part in value]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _day(value: Any) -> str:
    return str(value)[:10]
