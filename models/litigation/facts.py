"""What the law must know of each suit, put together from its claims, debtor and creditor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from law.facts import PROOFS
from models.litigation.classes import Classes, classified
from models.litigation.columns import day, flag, lists, number, text
from models.litigation.places import Places, located

#: Steps after which a claim is no longer before a court.
SUIT_OVER = ("rejected", "judged_lost", "withdrawn", "unenforceable")
PROFILES = ("disorganised", "cash_strapped", "bad_faith", "dissatisfied")


@dataclass(frozen=True)
class Suits:
    """One entry per suit, shape (n_suits,) unless said; amounts in EUR.

    Of a suit with a title only what the title still carries is at stake: what a judge refused, or
    what was let go, keeps its fate whatever is done of the title. ``titled``: that amount, NaN
    without a title.
    ``interest``: penalties, legal interest and fixed indemnity borne; ``vat`` within the open
    amount; ``relief``: of it what can ever come back (nothing where VAT falls due on receipts);
    ``relief_now``: chance that it comes back as things stand, without another step;
    ``expected``: cash expected amicably within a year; ``p_full`` and ``p_any`` the chances
    behind it; ``belief`` has shape (n_suits, 4). ``contribution``, shape (n_suits, 3): low,
    central and high of the contribution for economic justice, should a suit be filed.
    ``months``: since the oldest claim was due; ``score``: of solvency.
    ``classes``: what the law can tell apart.
    """

    ids: np.ndarray
    creditor_ids: np.ndarray
    debtor_ids: np.ndarray
    claim_ids: list[list[str]]
    amount: np.ndarray
    published_amount: np.ndarray
    titled: np.ndarray
    interest: np.ndarray
    vat: np.ndarray
    relief: np.ndarray
    relief_now: np.ndarray
    expected: np.ndarray
    p_full: np.ndarray
    p_any: np.ndarray
    median_days: np.ndarray
    belief: np.ndarray
    insolvent: np.ndarray
    months: np.ndarray
    score: np.ndarray
    contribution: np.ndarray
    classes: Classes
    places: Places


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
    relief_now: float = 0.0,
    relief_failed: float = 0.0,
    seats: pd.DataFrame | None = None,
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
    whole = number(suits, "suit_amount_eur", 0.0)
    titled = np.where(sums["titled"].to_numpy(dtype=bool), sums["eur"].to_numpy().round(2), np.nan)
    amount = np.where(np.isnan(titled), whole, titled)
    sums = sums.assign(amount=amount)
    insolvency = text(debtor, "insolvency_kind")
    places = located(debtor, seats)
    sums["before_tae"] = places.before_tae(as_of)
    classes, contribution = classified(sums, debtor, creditor, as_of)
    vat = np.minimum(sums["vat"].to_numpy(), amount)
    due_back = flag(creditor, "recovers_vat", missing=True) & ~flag(creditor, "vat_on_receipts")
    return Suits(
        ids=text(suits, "suit_id"),
        creditor_ids=text(suits, "creditor_id"),
        debtor_ids=text(suits, "debtor_id"),
        claim_ids=members,
        amount=amount,
        published_amount=number(suits, "suit_amount_eur"),
        titled=titled,
        interest=sums["interest"].to_numpy(),
        vat=vat,
        relief=np.where(due_back, vat, 0.0),
        relief_now=np.where(
            insolvency == "liquidation",
            1.0,
            np.where(sums["unenforceable"].to_numpy(dtype=bool), relief_failed, relief_now),
        ),
        expected=np.minimum(sums["expected"].to_numpy(), amount),
        p_full=sums["p_full"].to_numpy(),
        p_any=sums["p_any"].to_numpy(),
        median_days=sums["median_days"].to_numpy(),
        belief=belief / belief.sum(axis=1, keepdims=True),
        insolvent=np.asarray([each is not None for each in insolvency], dtype=bool),
        months=_months(sums, as_of),
        score=number(debtor, "solvency_score"),
        contribution=contribution,
        classes=classes,
        places=places,
    )


def _months(sums: pd.DataFrame, as_of: date) -> np.ndarray:
    """Months since the oldest claim of each suit was due; nought where that is unknown."""
    due = sums["due"].to_numpy().astype("datetime64[D]")
    days = (np.datetime64(as_of, "D") - due).astype(float)
    return np.where(np.isnan(days), 0.0, np.clip(days, 0, None)) / 30.4375


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
    whole_eur = number(claim, "open_amount_eur", 0.0)
    rate = np.divide(whole_eur, open_amount, out=np.zeros(len(ids)), where=open_amount > 0)
    titled = number(claim, "titled_amount")
    carried = np.where(np.isnan(titled), open_amount, np.minimum(titled, open_amount))
    kept = np.divide(carried, open_amount, out=np.zeros(len(ids)), where=open_amount > 0)
    open_eur = np.where(np.isnan(titled), whole_eur, (carried * rate).round(2))
    whole = number(claim, "amount", 0.0)
    unpaid = np.divide(open_amount, whole, out=np.zeros(len(ids)), where=whole > 0).clip(0, 1)
    borne = sum(
        number(claim, name, 0.0) for name in ("late_penalties", "legal_interest", "fixed_indemnity")
    )
    told = number(claim, "titled_accessories")
    accessories = np.where(np.isnan(titled) | np.isnan(told), borne, told)
    notice, expires = day(claim, "formal_notice_on"), day(claim, "formal_notice_expires_on")
    due = day(claim, "due_on")
    undated = (text(claim, "date_basis", "unknown") == "unknown") | np.isnat(due)
    p_full = np.clip(number(score, "p_365", 0.3), 0, 1)
    rows = pd.DataFrame(
        {
            "suit": suit,
            "eur": open_eur,
            "interest": accessories * rate,
            "vat": number(claim, "vat_amount", 0.0) * unpaid * rate * kept,
            "expected": np.minimum(number(score, "expected_recovered", 0.0), whole_eur) * kept,
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
            "titled": ~np.isnan(titled),
            "in_court": [
                status is not None and status not in SUIT_OVER
                for status in text(claim, "legal_status")
            ],
            "enforceable": ~np.isnat(day(claim, "enforceable_on")),
            "declared": ~np.isnat(day(claim, "declared_on")),
            "lost": text(claim, "legal_status") == "judged_lost",
            "unenforceable": text(claim, "legal_status") == "unenforceable",
            "disputed": flag(claim, "has_open_dispute"),
            "founded": flag(claim, "has_founded_dispute"),
            "order": flag(claim, "has_order"),
            "proof": flag(claim, "has_delivery_proof"),
            "terms": flag(claim, "has_terms"),
            "assigned": [value is not None for value in text(claim, "assigned_to")],
            "insured": [value is not None for value in text(claim, "insured_by")],
            "unagreed": np.isnat(day(claim, "assignee_agreed_on")),
            "unasked": np.isnat(day(claim, "insurer_agreed_on")),
            "attempted": day(claim, "amicable_attempt_on").astype("datetime64[s]"),
            "chased": number(claim, "n_actions", 0.0) > 0,
            "approved": flag(claim, "suit_approved"),
            "refused": ~flag(claim, "suit_approved", missing=True),
        }
    )
    rows["unagreed"] &= rows["assigned"]
    rows["unasked"] &= rows["insured"]
    rows["unattempted"] = rows["attempted"].isna()
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
        titled=("titled", "all"),
        in_court=("in_court", "any"),
        enforceable=("enforceable", "all"),
        declared=("declared", "all"),
        lost=("lost", "any"),
        unenforceable=("unenforceable", "all"),
        disputed=("disputed", "any"),
        founded=("founded", "any"),
        order=("order", "all"),
        proof=("proof", "all"),
        terms=("terms", "all"),
        assigned=("assigned", "any"),
        insured=("insured", "any"),
        unagreed=("unagreed", "any"),
        unasked=("unasked", "any"),
        unattempted=("unattempted", "any"),
        attempted=("attempted", "max"),
        chased=("chased", "all"),
        approved=("approved", "all"),
        refused=("refused", "any"),
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
    sums["shown"] = [bool(PROOFS & papers.get(each, frozenset())) for each in range(len(members))]
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
