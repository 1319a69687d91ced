"""Where each claim stands, and what that asks for: before any choice, claim by claim.

A claim is *chased* (its debtor may be asked to pay), *accompanied* (a dispute to be put in
writing or answered), a *task* (work without reaching the debtor) or *at rest* until a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from law.conduct import STAGE_RANK
from law.parameters import whole
from models.litigation.columns import day, flag
from models.strategy import titles
from models.strategy.facts import NEVER, Claims, Debtors
from models.strategy.ladders import Ladders
from models.strategy.proposal import is_one_of
from models.strategy.spread import places

CHASE, DISPUTE, TASK, REST = "chase", "dispute", "task", "rest"
#: Steps after which a suit is over without a title: the claim is ours to chase again.
SUIT_OVER = ("withdrawn", "rejected", "judged_lost", "unenforceable", "enforced")
#: How far a chase may go for claims that are not clear: rank of the last stage allowed.
RANK_OF_UNKNOWN_KIND = STAGE_RANK["reminder"]
RANK_OF_UNKNOWN_DATES = STAGE_RANK["firm_reminder"]
RANK_OF_OUTSIDE_LETTERING = STAGE_RANK["reminder"]
#: Flag of a claim that may be time-barred soon.
NEAR_LIMITATION = "near_limitation"
#: What a suit takes to prepare and serve before a period runs out; a rule of this product.
DAYS_TO_SUE = 14
#: Days that an answer to a dispute is left to work before the dispute is closed; of this product.
DAYS_TO_REACT = 21
#: Contacts without any word or payment, on so many channels at least, after which somebody looks
#: for another contact (D8, D10), in the days after the last of them; of this product.
UNHEARD, CHANNELS_UNHEARD, DAYS_TO_SEARCH = 4, 2, 7
#: Cases with a day fixed by the law of insolvency.
DECLARES = ("declare", "declare_late")


@dataclass(frozen=True)
class Situations:
    """One entry per claim, shape (n_claims,).

    ``name`` is a key of the phrases; ``action`` what a task or a dispute asks for; ``until`` the
    day to look again; ``deadline`` a day fixed by law; ``ceiling`` the highest rank allowed.
    """

    name: np.ndarray
    family: np.ndarray
    action: np.ndarray
    until: np.ndarray
    deadline: np.ndarray
    ceiling: np.ndarray


@dataclass(frozen=True)
class Case:
    """One case: where it holds, its name, what it asks for and the day to look again."""

    holds: np.ndarray
    name: str
    family: str
    action: str
    until: np.ndarray


def settled_before(
    claims: Claims,
    debtors: Debtors,
    disputes: pd.DataFrame,
    *,
    postponed: np.ndarray,
    confirmed: np.ndarray,
    tolerance: float,
    steps: Ladders,
    as_of: date,
) -> list[Case]:
    """Cases that come before any chase, in order; neither profile nor odds have a say in them.

    ``postponed`` holds the day until which a person put each claim off; ``confirmed`` says that a
    person confirmed a claim whose receipt may lie in another file.
    """
    today = np.datetime64(as_of, "D")
    proof_by, relief_by = _declaration(claims, debtors, as_of)
    return [
        *_insolvent(claims, debtors, proof_by, relief_by, steps, today),
        *_out_of_reach(claims, postponed, confirmed, tolerance, steps, today),
        *_agreed_or_disputed(claims, debtors, _disputed(claims, disputes), steps, today),
    ]


def situations(
    claims: Claims,
    debtors: Debtors,
    before: list[Case],
    *,
    knows_payer: np.ndarray,
    steps: Ladders,
    as_of: date,
) -> Situations:
    """Where each claim stands: the first case that holds, from what law forbids to the ladder.

    ``before``: what `settled_before` gave; ``knows_payer`` says that somebody who decides payments
    is known at the debtor.
    """
    today = np.datetime64(as_of, "D")
    cases = [*before, *_to_chase(claims, debtors, knows_payer, steps, today)]
    which = np.stack([case.holds for case in cases]).argmax(axis=0)
    name = np.asarray([case.name for case in cases], dtype=object)[which]
    until = np.stack([case.until for case in cases])[which, np.arange(len(claims))]
    ceiling = np.full(len(claims), STAGE_RANK["litigation"])
    barred = claims.limitation_on <= today
    ceiling[~claims.dates_known | barred] = RANK_OF_UNKNOWN_DATES
    ceiling[(debtors.kind == "unknown")[claims.of]] = RANK_OF_UNKNOWN_KIND
    ceiling[claims.has("lettered_outside_file")] = RANK_OF_OUTSIDE_LETTERING
    return Situations(
        name=name,
        family=np.asarray([case.family for case in cases], dtype=object)[which],
        action=np.asarray([case.action for case in cases], dtype=object)[which],
        until=np.maximum(np.where(np.isnat(until), today, until), today),
        deadline=np.where(
            is_one_of(name, *DECLARES),
            declaration_deadline(claims, debtors, as_of),
            NEVER,
        ),
        ceiling=ceiling,
    )


def _insolvent(
    claims: Claims,
    debtors: Debtors,
    proof_by: np.ndarray,
    relief_by: np.ndarray,
    steps: Mapping[str, Any],
    today: np.datetime64,
) -> list[Case]:
    """Insolvency: declare what is older than the opening, in time or with a relief; chase nothing.

    Source: Code de commerce, art. L622-17 (later claims are due at their date), L622-24, L622-26,
    L643-11 (no suit of one creditor after the closing of a liquidation).
    """
    of, now = claims.of, np.full(len(claims), today)
    review = now + np.timedelta64(steps["review_days"], "D")
    kind = debtors.insolvency_kind[of]
    insolvent = pd.notna(kind)
    # Over-indebted people are not declared to: the commission asks (C. conso. L722-1 ff.).
    collective = insolvent & (kind != "over_indebtedness")
    closed = collective & ~np.isnat(debtors.insolvency_closed_on)[of]
    later = collective & (claims.born_on > debtors.insolvency_opened_on[of])
    declare = collective & ~later & (relief_by >= today)
    declare &= np.isnat(debtors.insolvency_declared_on)[of] & np.isnat(claims.declared_on)
    late = declare & (proof_by < today)
    return [
        Case(closed, "insolvency_closed", TASK, "write_off", now),
        Case(late, "declare_late", TASK, "declare_in_insolvency", now),
        Case(declare, "declare", TASK, "declare_in_insolvency", now),
        Case(later, "after_opening", REST, "wait", review),
        Case(insolvent, "insolvency", REST, "wait", review),
    ]


def _out_of_reach(
    claims: Claims,
    postponed: np.ndarray,
    confirmed: np.ndarray,
    tolerance: float,
    steps: Mapping[str, Any],
    today: np.datetime64,
) -> list[Case]:
    """What nobody may or need chase: assigned claims, a court at work, small sums."""
    now = np.full(len(claims), today)
    review = now + np.timedelta64(steps["review_days"], "D")
    in_court = pd.notna(claims.legal_status) & ~is_one_of(claims.legal_status, *SUIT_OVER)
    titled = ~np.isnat(claims.title_on) & (claims.legal_status != "opposed")
    unserved = titles.found(claims, today)
    waits, over_on = titles.opposable(claims, today)
    # A seizure is left the time to bring something in.
    seized = claims.legal_status == "seized"
    seized &= (today - claims.last_legal_step_on).astype(float) < steps["seizure_days"]
    small = (claims.open_eur > 0) & (claims.open_eur <= tolerance)
    return [
        Case(claims.assigned, "assigned", REST, "wait", review),
        Case(postponed > today, "postponed", REST, "wait", postponed),
        Case(
            claims.has("lettered_outside_file") & ~confirmed,
            "lettered",
            REST,
            "wait",
            now + np.timedelta64(7, "D"),
        ),
        *(Case(holds, name, TASK, "sue", now) for name, holds in unserved.items()),
        Case(waits, "order_served", REST, "wait", over_on),
        # What was judged is not brought again, nor asked for (C. civ. 1355).
        Case(claims.legal_status == "judged_lost", "judged_lost", TASK, "write_off", now),
        Case((in_court & ~titled) | seized, "in_court", REST, "wait", review),
        Case(small | claims.has("below_tolerance"), "tolerance", REST, "wait", review),
    ]


def in_time(due: np.ndarray, stage: np.ndarray, claims: Claims, today: np.datetime64) -> np.ndarray:
    """Days of the next stage, a suit's early enough before the prudent end of limitation."""
    last = claims.limitation_earliest_on - np.timedelta64(DAYS_TO_SUE, "D")
    hurried = (stage == "litigation") & (claims.limitation_earliest_on > today)
    return np.where(hurried, np.minimum(due, last), due)


def _agreed_or_disputed(
    claims: Claims,
    debtors: Debtors,
    about: pd.DataFrame,
    steps: Ladders,
    today: np.datetime64,
) -> list[Case]:
    """Plans, disputes and promises: nothing chases them (D4)."""
    now = np.full(len(claims), today)
    asking = np.full(len(debtors), "ask_written_dispute", dtype=object)
    rest = steps.rest_before(asking)[claims.of]
    write_by = claims.last_action_on + rest.astype("timedelta64[D]")
    # Our last letter since the dispute is fresh: time to let the debtor write.
    since = (today - claims.last_action_on).astype(float)
    asked = (since < rest) & ~(since >= claims.dispute_open_days)
    asked &= ~np.isnat(claims.last_action_on)
    # Nothing is left to chase in a claim promised whole, too, and that is no dispute.
    disputed = (claims.chaseable <= 0) | (claims.disputed_share >= 0.5)
    disputed &= claims.has_open_dispute
    founded, unfounded = flag(about, "founded"), flag(about, "unfounded")
    answered_on = day(about, "answered_on")
    written, answered = flag(about, "in_writing"), ~np.isnat(answered_on)
    # Answered point by point: the debtor is left the time to react, then somebody closes it.
    settled_by = answered_on + np.timedelta64(DAYS_TO_REACT, "D")
    reacts = disputed & (settled_by > today)
    ask = disputed & ~written & ~answered
    promised = claims.promise_due_on
    return [
        Case(claims.plan_running, "plan", TASK, "monitor_plan", _to_look_at(claims, steps, now)),
        Case(disputed & founded, "dispute_founded", TASK, "resolve_dispute", now),
        Case(reacts, "dispute_answered", REST, "wait", settled_by),
        Case(disputed & answered, "dispute_to_close", TASK, "resolve_dispute", now),
        Case(
            disputed & unfounded & ~asked,
            "dispute_unfounded",
            DISPUTE,
            "answer_dispute",
            now,
        ),
        Case(ask & ~asked, "dispute_unwritten", DISPUTE, "ask_written_dispute", now),
        Case(ask, "dispute_waiting", REST, "wait", write_by),
        Case(disputed, "dispute_open", TASK, "resolve_dispute", now),
        Case(~np.isnat(promised), "promise", REST, "wait", promised + np.timedelta64(1, "D")),
    ]


def _to_look_at(claims: Claims, steps: Mapping[str, Any], now: np.ndarray) -> np.ndarray:
    """Day to look at a running plan: some days before the instalment, once; else the day after."""
    before = np.timedelta64(steps["plan"]["look_days"], "D")
    due, done = claims.plan_next_due_on, claims.last_action_on
    looked = ~np.isnat(done) & (done >= due - before)
    return np.where(looked, due + np.timedelta64(1, "D"), np.maximum(due - before, now))


def _to_chase(
    claims: Claims,
    debtors: Debtors,
    knows_payer: np.ndarray,
    steps: Ladders,
    today: np.datetime64,
) -> list[Case]:
    """Due, ours to ask for: what the debtor said last, else the ladder."""
    of, now = claims.of, np.full(len(claims), today)
    review = now + np.timedelta64(steps["review_days"], "D")
    late, dated = claims.days_overdue, ~np.isnan(claims.days_overdue)
    delay = steps.first_delay(debtors.row)[of]
    first = debtors.stage_rank[of] == 0
    due = np.where(np.isnat(claims.due_on), today, claims.due_on)
    starts = due + delay.astype("timedelta64[D]")
    barred = claims.limitation_on <= today
    owed = np.maximum(claims.open_eur, 0.01)
    hopeless = claims.expected_recovered / owed < steps["write_off_share"]
    # The courses compared decide, where there are any; else the share that is still expected.
    lost = np.where(pd.isna(claims.course), hopeless, claims.course == "write_off")
    said_on = claims.last_interaction_at.astype("datetime64[D]")
    fresh = (today - said_on).astype(float) <= steps["answer_within_days"]
    fresh &= ~np.isnat(said_on) & ~(claims.last_action_at > claims.last_interaction_at)
    outcome = np.where(fresh, claims.last_outcome, None)
    untouched = np.isnat(claims.last_action_on)
    broken_on = np.fmax(claims.promise_broken_on, claims.plan_broken_on)
    broken = ~np.isnat(broken_on) & (untouched | (broken_on >= claims.last_action_on))
    sure, until = (each[of] for each in steps.self_curing())
    self_curing = first & dated & (claims.p_30 >= sure) & (late < until)
    check = said_on + np.timedelta64(steps["says_paid_days"], "D")
    wants_time = is_one_of(outcome, "cash_wait", "hardship", "plan_request")
    silent = (debtors.n_unheard >= UNHEARD) & (debtors.n_channels_unheard >= CHANNELS_UNHEARD)
    silent &= ~knows_payer & (today - debtors.last_contact_on <= np.timedelta64(DAYS_TO_SEARCH))
    reached = debtors.has_phone | debtors.has_post | (debtors.has_email & ~debtors.email_refused)
    unreached = ~(reached | debtors.do_not_contact | debtors.represented)[of]
    again = claims.last_action_on + np.timedelta64(steps["review_days"], "D")
    return [
        Case(barred & lost, "barred_write_off", TASK, "write_off", now),
        Case(
            barred & (debtors.stage_rank[of] > RANK_OF_UNKNOWN_DATES),
            "barred",
            REST,
            "wait",
            review,
        ),
        Case(dated & (late < 0), "not_due", REST, "wait", starts),
        Case(dated & (late < delay) & first, "just_due", REST, "wait", starts),
        Case(unreached & (again > today), "searched", REST, "wait", again),
        Case(unreached, "unreached", TASK, "find_contact", now),
        Case(broken, "broken_promise", CHASE, "call", now),
        Case(
            (outcome == "wrong_contact") & ~knows_payer[of],
            "wrong_contact",
            TASK,
            "find_contact",
            now,
        ),
        Case(outcome == "missing_document", "missing_document", CHASE, "resend_documents", now),
        Case(wants_time, "wants_time", CHASE, "offer_plan", now),
        Case(silent[of] & ~first, "silent", TASK, "find_contact", now),
        Case((outcome == "paid_claim") & (check > today), "says_paid", REST, "wait", check),
        Case(self_curing, "self_curing", REST, "wait", due + until.astype("timedelta64[D]")),
        Case(np.ones(len(claims), dtype=bool), "ladder", CHASE, "remind", now),
    ]


def declaration_deadline(claims: Claims, debtors: Debtors, as_of: date) -> np.ndarray:
    """Last day to declare each claim, or once it is past, to ask for relief; shape (n_claims,)."""
    proof_by, relief_by = _declaration(claims, debtors, as_of)
    return np.where(proof_by >= np.datetime64(as_of, "D"), proof_by, relief_by)


def _declaration(claims: Claims, debtors: Debtors, as_of: date) -> tuple[np.ndarray, np.ndarray]:
    """Last days to declare and to ask for relief, from publication, else opening.

    Creditors outside metropolitan France have longer to declare, not to ask for relief.

    Source: Code de commerce, art. L622-24, R622-24, L622-26.
    """
    start = np.where(
        np.isnat(debtors.insolvency_published_on),
        debtors.insolvency_opened_on,
        debtors.insolvency_published_on,
    )[claims.of]
    months = whole("insolvency", "proof_of_claim_months", as_of)
    further = whole("insolvency", "proof_of_claim_extra_months_abroad", as_of)
    return (
        np.where(
            claims.has_longer_to_declare,
            _months_after(start, months + further),
            _months_after(start, months),
        ),
        _months_after(start, whole("insolvency", "relief_from_forfeiture_months", as_of)),
    )


def _months_after(days: np.ndarray, months: int) -> np.ndarray:
    moved = pd.Series(days.astype("datetime64[s]")) + pd.DateOffset(months=months)
    return moved.to_numpy().astype("datetime64[D]")


def _disputed(claims: Claims, disputes: pd.DataFrame) -> pd.DataFrame:
    """What is known of each claim's standing disputes, one row each; the strictest word counts."""
    n = len(claims)
    about = {name: np.zeros(n, dtype=bool) for name in ("founded", "unfounded", "in_writing")}
    answered_on = np.full(n, NEVER, dtype="datetime64[D]")
    if not disputes.empty:
        still = disputes[np.isnat(day(disputes, "closed_on")) | flag(disputes, "is_unremedied")]
        at = places(still["claim_id"].astype(str).to_numpy(dtype=object), claims.ids)
        still, at = still[at >= 0], at[at >= 0]
        about["founded"][at[flag(still, "founded")]] = True
        about["unfounded"][at[~flag(still, "founded", missing=True)]] = True
        about["in_writing"][at[flag(still, "in_writing")]] = True
        answered = day(still, "answered_on")
        np.fmax.at(answered_on, at, answered)
        # Only a claim all of whose disputes are answered has its answer.
        answered_on[at[np.isnat(answered)]] = NEVER
    return pd.DataFrame({**about, "answered_on": answered_on})
