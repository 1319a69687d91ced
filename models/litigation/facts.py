"""What the law must know of each suit, put together from its claims, debtor and creditor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from law.facts import SuitFacts
from models.litigation.columns import day, flag, lists, number, text

#: Steps after which a claim is no longer before a court.
SUIT_OVER = ("rejected", "judged_lost", "withdrawn", "unenforceable")
PROFILES = ("disorganised", "cash_strapped", "bad_faith", "dissatisfied")


@dataclass(frozen=True)
class Suits:
    """One entry per suit, shape (n_suits,) unless said; amounts in EUR.

    ``interest``: penalties, legal interest and fixed indemnity borne; ``vat`` within the open
    amount; ``expected``: cash expected amicably within a year; ``p_full`` and ``p_any`` the
    chances behind it; ``belief`` has shape (n_suits, 4).
    """

    ids: np.ndarray
    creditor_ids: np.ndarray
    debtor_ids: np.ndarray
    claim_ids: list[list[str]]
    amount: np.ndarray
    published_amount: np.ndarray
    interest: np.ndarray
    vat: np.ndarray
    expected: np.ndarray
    p_full: np.ndarray
    p_any: np.ndarray
    median_days: np.ndarray
    belief: np.ndarray
    facts: list[SuitFacts]


def read_suits(
    suits: pd.DataFrame,
    open_claims: pd.DataFrame,
    debtors: pd.DataFrame,
    creditors: pd.DataFrame,
    profiles: pd.DataFrame,
    recovery: pd.DataFrame,
    documents: pd.DataFrame,
    prior: tuple[float, ...],
    *,
    as_of: date,
) -> Suits:
    """Suits in order of their ids; a suit without an amount in EUR counts as nothing to claim."""
    suits = suits.sort_values("suit_id").reset_index(drop=True)
    members = [sorted(str(each) for each in claims) for claims in lists(suits, "claim_ids")]
    sums = _sums(members, open_claims, recovery, documents, as_of)
    debtor = _keyed(debtors, "debtor_id", text(suits, "debtor_id"))
    creditor = _keyed(creditors, "creditor_id", text(suits, "creditor_id"))
    profile = _keyed(profiles, "debtor_id", text(suits, "debtor_id"))
    belief = np.stack([number(profile, f"p_{name}") for name in PROFILES], axis=1)
    belief = np.where(np.isnan(belief), np.asarray(prior), belief)
    amount = number(suits, "suit_amount_eur", 0.0)
    sums = sums.assign(amount=amount)
    return Suits(
        ids=text(suits, "suit_id"),
        creditor_ids=text(suits, "creditor_id"),
        debtor_ids=text(suits, "debtor_id"),
        claim_ids=members,
        amount=amount,
        published_amount=number(suits, "suit_amount_eur"),
        interest=sums["interest"].to_numpy(),
        vat=np.minimum(sums["vat"].to_numpy(), amount),
        expected=np.minimum(sums["expected"].to_numpy(), amount),
        p_full=sums["p_full"].to_numpy(),
        p_any=sums["p_any"].to_numpy(),
        median_days=sums["median_days"].to_numpy(),
        belief=belief / belief.sum(axis=1, keepdims=True),
        facts=_facts(sums, debtor, creditor, as_of),
    )


def _keyed(frame: pd.DataFrame, key: str, ids: np.ndarray) -> pd.DataFrame:
    if frame.empty:
        return pd.DataFrame(index=range(len(ids)))
    unique = frame.drop_duplicates(key).set_index(key).astype(object)
    return unique.reindex(ids).reset_index(drop=True)


def _sums(
    members: list[list[str]],
    open_claims: pd.DataFrame,
    recovery: pd.DataFrame,
    documents: pd.DataFrame,
    as_of: date,
) -> pd.DataFrame:
    """One row per suit from the rows of its claims; what one claim lacks, the suit lacks."""
    today = np.datetime64(as_of, "D")
    suit = np.repeat(np.arange(len(members)), [len(each) for each in members])
    ids = [claim for each in members for claim in each]
    claim = _keyed(open_claims, "claim_id", np.asarray(ids, dtype=object))
    score = _keyed(recovery, "claim_id", np.asarray(ids, dtype=object))
    open_amount = number(claim, "open_amount", 0.0)
    open_eur = number(claim, "open_amount_eur", 0.0)
    rate = np.divide(open_eur, open_amount, out=np.zeros(len(ids)), where=open_amount > 0)
    whole = number(claim, "amount", 0.0)
    unpaid = np.divide(open_amount, whole, out=np.zeros(len(ids)), where=whole > 0).clip(0, 1)
    accessories = sum(
        number(claim, name, 0.0) for name in ("late_penalties", "legal_interest", "fixed_indemnity")
    )
    notice, expires = day(claim, "formal_notice_on"), day(claim, "formal_notice_expires_on")
    due = day(claim, "due_on")
    undated = (text(claim, "date_basis", "unknown") == "unknown") | np.isnat(due)
    p_full = np.clip(number(score, "p_365", 0.3), 0, 1)
    rows = pd.DataFrame(
        {
            "suit": suit,
            "eur": open_eur,
            "interest": accessories * rate,
            "vat": number(claim, "vat_amount", 0.0) * unpaid * rate,
            "expected": np.minimum(number(score, "expected_recovered", 0.0), open_eur),
            "weighted_full": p_full * open_eur,
            "weighted_any": np.maximum(np.clip(number(score, "p_any_365", 0.3), 0, 1), p_full)
            * open_eur,
            "weighted_days": number(score, "median_days", 365.0) * open_eur,
            "nature": text(claim, "nature", "contract"),
            "undated": undated,
            "due": due.astype("datetime64[s]"),
            "unnoticed": np.isnat(notice),
            "notice": notice.astype("datetime64[s]"),
            "expires": expires.astype("datetime64[s]"),
            "barred": day(claim, "limitation_on") <= today,
            "title": ~np.isnat(day(claim, "title_on")),
            "in_court": [
                status is not None and status not in SUIT_OVER
                for status in text(claim, "legal_status")
            ],
            "disputed": flag(claim, "has_open_dispute"),
            "order": flag(claim, "has_order"),
            "proof": flag(claim, "has_delivery_proof"),
            "terms": flag(claim, "has_terms"),
            "assigned": [value is not None for value in text(claim, "assigned_to")],
            "insured": [value is not None for value in text(claim, "insured_by")],
        }
    )
    grouped = rows.groupby("suit")
    sums = grouped.agg(
        eur=("eur", "sum"),
        interest=("interest", "sum"),
        vat=("vat", "sum"),
        expected=("expected", "sum"),
        weighted_full=("weighted_full", "sum"),
        weighted_any=("weighted_any", "sum"),
        weighted_days=("weighted_days", "sum"),
        undated=("undated", "any"),
        due=("due", "min"),
        unnoticed=("unnoticed", "any"),
        notice=("notice", "max"),
        expires=("expires", "max"),
        barred=("barred", "any"),
        title=("title", "all"),
        in_court=("in_court", "any"),
        disputed=("disputed", "any"),
        order=("order", "all"),
        proof=("proof", "all"),
        terms=("terms", "all"),
        assigned=("assigned", "any"),
        insured=("insured", "any"),
    ).reindex(range(len(members)))
    # The nature of the largest claim speaks for the suit.
    largest = rows.sort_values(["suit", "eur"], ascending=[True, False], kind="stable")
    sums["nature"] = largest.drop_duplicates("suit").set_index("suit")["nature"]
    owed = sums["eur"].clip(lower=0.01)
    sums["p_full"] = sums["weighted_full"] / owed
    sums["p_any"] = sums["weighted_any"] / owed
    sums["median_days"] = sums["weighted_days"] / owed
    papers = _documents(documents, ids, suit)
    sums["documents"] = [papers.get(each, frozenset()) for each in range(len(members))]
    return sums


def _documents(
    documents: pd.DataFrame, ids: list[str], suit: np.ndarray
) -> Mapping[int, frozenset[str]]:
    if documents.empty:
        return {}
    of = pd.Series(suit, index=ids)
    known = documents.assign(suit=documents["claim_id"].astype(str).map(of)).dropna(subset=["suit"])
    return {
        int(key): frozenset(str(kind) for kind in kinds)
        for key, kinds in known.groupby("suit")["kind"]
    }


def _facts(
    sums: pd.DataFrame, debtor: pd.DataFrame, creditor: pd.DataFrame, as_of: date
) -> list[SuitFacts]:
    postcode, siren = text(debtor, "postcode"), text(debtor, "siren")
    trader, insolvency = text(debtor, "is_trader"), text(debtor, "insolvency_kind")
    score = number(debtor, "solvency_score")
    kind, country = text(debtor, "kind", "unknown"), text(debtor, "country", "FR")
    lender = text(creditor, "kind", "company")
    headcount = number(creditor, "headcount")
    turnover, profit = number(creditor, "turnover"), number(creditor, "profit_avg_3y")
    deducts = flag(creditor, "recovers_vat", missing=True)
    on_receipts = flag(creditor, "vat_on_receipts")
    rows = sums.to_dict("records")
    return [
        SuitFacts(
            amount=_cents(row["amount"]),
            as_of=as_of,
            interest=_cents(row["interest"]),
            debtor_kind=str(kind[i]),
            creditor_kind=str(lender[i]),
            nature=str(row["nature"]),
            country=str(country[i]),
            postcode=None if postcode[i] is None else str(postcode[i]),
            is_trader=None if trader[i] is None else bool(trader[i]),
            solvency_score=None if np.isnan(score[i]) else float(score[i]),
            oldest_due_on=None if row["undated"] else _date(row["due"]),
            formal_notice_on=None if row["unnoticed"] else _date(row["notice"]),
            formal_notice_expires_on=None if row["unnoticed"] else _date(row["expires"]),
            has_order=bool(row["order"]),
            has_delivery_proof=bool(row["proof"]),
            has_terms=bool(row["terms"]),
            documents=row["documents"],
            has_serious_dispute=bool(row["disputed"]),
            insolvency=None if insolvency[i] is None else str(insolvency[i]),
            time_barred=bool(row["barred"]),
            has_title=bool(row["title"]),
            in_court=bool(row["in_court"]),
            # A register number leads to a registered office.
            address_known=postcode[i] is not None or siren[i] is not None,
            insured=bool(row["insured"]),
            assigned=bool(row["assigned"]),
            headcount=None if np.isnan(headcount[i]) else int(headcount[i]),
            turnover=None if np.isnan(turnover[i]) else _cents(turnover[i]),
            profit=None if np.isnan(profit[i]) else _cents(profit[i]),
            recovers_vat=bool(deducts[i]),
            vat_on_receipts=bool(on_receipts[i]),
            vat_amount=_cents(row["vat"]),
        )
        for i, row in enumerate(rows)
    ]


def _cents(value: float) -> Decimal:
    return Decimal(0) if np.isnan(value) else Decimal(f"{value:.2f}")


def _date(value: Any) -> date | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()
