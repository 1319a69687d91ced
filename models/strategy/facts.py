"""The day's facts as arrays: claims beside one another, debtors beside one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
import pandas as pd

from law.conduct import AS_CONSUMER, PERSON_SIGNS_FOR
from models.litigation.columns import aligned, day, filled, flag, number, text
from models.strategy.spread import Marks, Stamps, marks, places, stamps
from models.strategy.tables import PROFILES

#: Belief about a debtor without a profile: the first hypothesis is the kindest (D10).
PRIOR = np.asarray([0.4, 0.2, 0.2, 0.2])
NEVER = np.datetime64("NaT")
CHANNELS = ("email", "sms", "phone", "letter", "registered_letter", "visit")
_ROLES = ("accounts_payable", "finance", "owner", "unknown", "operations")
_OF_DEBTOR = (
    "kind",
    "email",
    "phone",
    "has_post",
    "email_consent",
    "sms_consent",
    "do_not_contact",
    "represented_by",
    "language",
    "insolvency_kind",
    "insolvency_opened_on",
    "insolvency_published_on",
    "insolvency_declared_on",
    "insolvency_closed_on",
)


@dataclass(frozen=True)
class Debtors:
    """One entry per debtor with an open claim; arrays of shape (n_debtors,) unless said.

    ``belief`` has shape (n_debtors, 4); ``row`` is the profile's row in the ladder, 4 when
    undetermined; ranks are those of the running episode. ``has_post``: an address is on file, or
    the ledger has none at all, so that a missing one says nothing. ``n_unheard``: contacts since
    anything was last heard of the debtor, on so many channels.
    """

    ids: pd.Index
    kind: np.ndarray
    as_consumer: np.ndarray
    person_signs: np.ndarray
    has_email: np.ndarray
    has_phone: np.ndarray
    has_post: np.ndarray
    email_refused: np.ndarray
    sms_allowed: np.ndarray
    email_consent: np.ndarray
    sms_consent: np.ndarray
    do_not_contact: np.ndarray
    represented: np.ndarray
    language: np.ndarray
    allows_visits: np.ndarray
    insolvency_kind: np.ndarray
    insolvency_opened_on: np.ndarray
    insolvency_published_on: np.ndarray
    insolvency_declared_on: np.ndarray
    insolvency_closed_on: np.ndarray
    belief: np.ndarray
    row: np.ndarray
    stage_rank: np.ndarray
    tone_rank: np.ndarray
    episode_start_on: np.ndarray
    last_contact_on: np.ndarray
    third_party_on: np.ndarray
    last_channel: np.ndarray
    last_channel_run: np.ndarray
    contacts: Stamps
    calls: Stamps
    n_contacts_7d: np.ndarray
    n_calls_7d: np.ndarray
    n_unheard: np.ndarray
    n_channels_unheard: np.ndarray
    draw: np.ndarray
    draw_week: np.ndarray

    def __len__(self) -> int:
        """How many debtors."""
        return len(self.ids)

    @cached_property
    def on_last_channel(self) -> np.ndarray:
        """The channel of each debtor's last contact as a mask, shape (n_debtors, n_channels)."""
        return places(self.last_channel, CHANNELS)[:, None] == np.arange(len(CHANNELS))


@dataclass(frozen=True)
class Claims:
    """One entry per open claim; arrays of shape (n_claims,). ``of`` indexes the debtors.

    Amounts are in EUR where the name says so, else in the claim's currency. ``suit`` numbers the
    suits, −1 without one; ``course`` is the advised one of the suit, None without, ``course_net``
    what it brings, EUR.
    """

    ids: np.ndarray
    debtor_ids: np.ndarray
    of: np.ndarray
    creditor_ids: np.ndarray
    agent_ids: np.ndarray
    currency: np.ndarray
    open_amount: np.ndarray
    open_eur: np.ndarray
    chaseable: np.ndarray
    chaseable_eur: np.ndarray
    disputed_share: np.ndarray
    days_overdue: np.ndarray
    issued_on: np.ndarray
    born_on: np.ndarray
    declared_on: np.ndarray
    has_longer_to_declare: np.ndarray
    due_on: np.ndarray
    dates_known: np.ndarray
    flags: Marks
    has_open_dispute: np.ndarray
    dispute_open_days: np.ndarray
    promise_due_on: np.ndarray
    promise_broken_on: np.ndarray
    plan_running: np.ndarray
    plan_next_due_on: np.ndarray
    plan_broken_on: np.ndarray
    n_actions: np.ndarray
    last_action_on: np.ndarray
    last_action_at: np.ndarray
    documents_sent_on: np.ndarray
    last_interaction_at: np.ndarray
    last_outcome: np.ndarray
    notice_expires_on: np.ndarray
    limitation_on: np.ndarray
    limitation_earliest_on: np.ndarray
    legal_status: np.ndarray
    last_legal_step_on: np.ndarray
    title_on: np.ndarray
    enforceable_on: np.ndarray
    enforceable_from: np.ndarray
    ordered_share: np.ndarray
    assigned: np.ndarray
    p_30: np.ndarray
    p_90: np.ndarray
    expected_recovered: np.ndarray
    suit_ids: np.ndarray
    suit: np.ndarray
    course: np.ndarray
    course_net: np.ndarray

    def __len__(self) -> int:
        """How many claims."""
        return len(self.ids)

    def has(self, *names: str) -> np.ndarray:
        """Whether a flag or mark of these names stands on each claim."""
        return self.flags.has(names)


def draws(keys: pd.Index, salt: str) -> np.ndarray:
    """Uniform numbers in [0, 1) that depend on each key and the salt only."""
    raw = [blake2b(f"{salt}|{key}".encode(), digest_size=8).digest() for key in keys]
    return np.frombuffer(b"".join(raw), dtype=">u8").astype(float) / 2.0**64


def read_debtors(
    open_claims: pd.DataFrame,
    debtors: pd.DataFrame,
    conduct: pd.DataFrame,
    profiles: pd.DataFrame,
    creditors: pd.DataFrame,
    prior: np.ndarray,
    *,
    as_of: date,
) -> Debtors:
    """Facts of the debtors who have an open claim, in order of their ids."""
    ids = pd.Index(np.unique(open_claims["debtor_id"].astype(str)), dtype=object)
    who = aligned(debtors, "debtor_id", ids, _OF_DEBTOR)
    how = aligned(conduct, "debtor_id", ids)
    shares = [f"p_{name}" for name in PROFILES]
    what = aligned(profiles, "debtor_id", ids, ["profile", *shares])
    kind = text(who, "kind", "unknown")
    belief = np.stack([number(what, share) for share in shares], axis=1)
    belief = np.where(np.isnan(belief), prior, belief)
    row = places(text(what, "profile", "undetermined"), PROFILES)
    email_consent = text(who, "email_consent")
    sms_consent = text(who, "sms_consent")
    return Debtors(
        ids=ids,
        kind=kind,
        as_consumer=pd.Series(kind).isin(AS_CONSUMER).to_numpy(),
        person_signs=pd.Series(kind).isin(PERSON_SIGNS_FOR).to_numpy(),
        has_email=filled(who, "email"),
        has_phone=filled(who, "phone"),
        has_post=flag(who, "has_post", missing=True),
        email_refused=~flag(who, "email_consent", missing=True),
        sms_allowed=flag(who, "sms_consent"),
        email_consent=email_consent,
        sms_consent=sms_consent,
        do_not_contact=flag(who, "do_not_contact"),
        represented=filled(who, "represented_by"),
        language=text(who, "language"),
        allows_visits=_visits(open_claims, creditors, ids),
        insolvency_kind=text(who, "insolvency_kind"),
        insolvency_opened_on=day(who, "insolvency_opened_on"),
        insolvency_published_on=day(who, "insolvency_published_on"),
        insolvency_declared_on=day(who, "insolvency_declared_on"),
        insolvency_closed_on=day(who, "insolvency_closed_on"),
        belief=belief / belief.sum(axis=1, keepdims=True),
        row=np.where(row < 0, len(PROFILES), row),
        stage_rank=number(how, "episode_stage_rank", 0).astype(int),
        tone_rank=number(how, "episode_tone_rank", 0).astype(int),
        episode_start_on=day(how, "episode_start_on"),
        last_contact_on=day(how, "last_contact_on"),
        third_party_on=day(how, "third_party_on"),
        last_channel=text(how, "last_channel"),
        last_channel_run=number(how, "last_channel_run", 0).astype(int),
        contacts=stamps(how, "contact_days_7d"),
        calls=stamps(how, "call_days_7d"),
        n_contacts_7d=number(how, "n_contacts_7d", 0).astype(int),
        n_calls_7d=number(how, "n_calls_7d", 0).astype(int),
        n_unheard=number(how, "n_unheard", 0),
        n_channels_unheard=number(how, "n_channels_unheard", 0),
        draw=draws(ids, "arm"),
        draw_week=draws(ids, f"explore|{as_of.isocalendar()[:2]}"),
    )


def with_contacts(
    debtors: Debtors, contacts: pd.DataFrame
) -> tuple[Debtors, dict[str, np.ndarray]]:
    """Reachability through contacts, and the best person by channel."""
    n = len(debtors)
    best: dict[str, np.ndarray] = {
        "email": np.full(n, None, dtype=object),
        "phone": np.full(n, None, dtype=object),
        "letter": np.full(n, None, dtype=object),
        "can_pay": np.zeros(n, dtype=bool),
    }
    if contacts.empty:
        return debtors, best
    known = contacts.assign(
        of=places(_words(contacts, "debtor_id"), debtors.ids),
        pays=flag(contacts, "can_pay"),
        # Who is not known to pay may; who is known not to comes last.
        may_pay=flag(contacts, "can_pay", missing=True),
        role_order=places(text(contacts, "role", "unknown"), _ROLES),
        contact_id=contacts["contact_id"].astype(str),
    )
    known = known[known["of"] >= 0]
    known = known.assign(role_order=known["role_order"].where(known["role_order"] >= 0, 9))
    known = known.sort_values(
        ["of", "pays", "may_pay", "role_order", "contact_id"],
        ascending=[True, False, False, True, True],
    )
    best["can_pay"][known.loc[known["pays"], "of"]] = True
    for channel in ("email", "phone", "letter"):
        able = known
        if channel != "letter":
            able = known[known[channel].notna()] if channel in known else known.iloc[:0]
        first = able.drop_duplicates("of")
        best[channel][first["of"]] = first["contact_id"]
    has_email = debtors.has_email | pd.notna(best["email"])
    has_phone = debtors.has_phone | pd.notna(best["phone"])
    return replace(debtors, has_email=has_email, has_phone=has_phone), best


def read_claims(
    open_claims: pd.DataFrame,
    recovery: pd.DataFrame,
    litigation: pd.DataFrame,
    debtors: Debtors,
) -> Claims:
    """Facts of the open claims, in order of their ids."""
    frame = open_claims.assign(claim_id=open_claims["claim_id"].astype(str))
    frame = frame.sort_values("claim_id").reset_index(drop=True)
    ids = frame["claim_id"].to_numpy(dtype=object)
    odds = ["p_30", "p_90", "expected_recovered"]
    score = aligned(recovery, "claim_id", pd.Index(ids), odds)
    open_amount = number(frame, "open_amount", 0.0)
    open_eur = number(frame, "open_amount_eur")
    chaseable = number(frame, "chaseable_amount", 0.0)
    rate = np.divide(open_eur, open_amount, out=np.zeros(len(ids)), where=open_amount > 0)
    rate = np.nan_to_num(rate)
    disputed = number(frame, "disputed_amount", 0.0)
    share = np.divide(disputed, open_amount, out=np.zeros(len(ids)), where=open_amount > 0)
    suits = text(frame, "suit_id")
    suit, names = pd.factorize(suits)
    course, course_net = _advised(litigation, names)
    of_debtor = _words(frame, "debtor_id")
    return Claims(
        ids=ids,
        debtor_ids=of_debtor,
        of=places(of_debtor, debtors.ids),
        creditor_ids=text(frame, "creditor_id"),
        agent_ids=text(frame, "agent_id"),
        currency=text(frame, "currency", "EUR"),
        open_amount=open_amount,
        open_eur=np.nan_to_num(open_eur),
        chaseable=chaseable,
        chaseable_eur=chaseable * rate,
        disputed_share=share,
        days_overdue=number(frame, "days_overdue"),
        issued_on=day(frame, "issued_on"),
        # A claim is born by the performance, whenever that is invoiced.
        born_on=np.fmin(day(frame, "issued_on"), day(frame, "performed_on")),
        declared_on=day(frame, "declared_on"),
        has_longer_to_declare=flag(frame, "has_longer_to_declare"),
        due_on=day(frame, "due_on"),
        dates_known=text(frame, "date_basis", "unknown") != "unknown",
        flags=marks(frame, "flags", "marks"),
        has_open_dispute=flag(frame, "has_open_dispute"),
        dispute_open_days=number(frame, "dispute_open_days"),
        promise_due_on=day(frame, "promise_due_on"),
        promise_broken_on=day(frame, "promise_broken_on"),
        plan_running=filled(frame, "plan_id"),
        plan_next_due_on=day(frame, "plan_next_due_on"),
        plan_broken_on=day(frame, "plan_broken_on"),
        n_actions=number(frame, "n_actions", 0.0),
        last_action_on=day(frame, "last_action_at"),
        last_action_at=_moment(frame, "last_action_at"),
        documents_sent_on=day(frame, "documents_sent_at"),
        last_interaction_at=_moment(frame, "last_interaction_at"),
        last_outcome=text(frame, "last_outcome"),
        notice_expires_on=day(frame, "formal_notice_expires_on"),
        limitation_on=day(frame, "limitation_on"),
        limitation_earliest_on=day(frame, "limitation_earliest_on"),
        legal_status=text(frame, "legal_status"),
        last_legal_step_on=day(frame, "last_legal_step_on"),
        title_on=day(frame, "title_on"),
        enforceable_on=day(frame, "enforceable_on"),
        enforceable_from=day(frame, "enforceable_from"),
        ordered_share=_ordered(frame),
        assigned=filled(frame, "assigned_to") & np.isnat(day(frame, "assignee_agreed_on")),
        p_30=np.clip(number(score, "p_30", 0.3), 0, 1),
        p_90=np.clip(number(score, "p_90", 0.5), 0, 1),
        expected_recovered=number(score, "expected_recovered", 0.0),
        suit_ids=suits,
        suit=suit,
        course=course[suit],
        course_net=course_net[suit],
    )


def _ordered(frame: pd.DataFrame) -> np.ndarray:
    """Share of each claim that an order still to be served grants, shape (n_claims,); 1 if all."""
    granted, due = number(frame, "ordered_amount"), number(frame, "open_amount", 0.0)
    share = np.divide(granted, due, out=np.ones(len(frame)), where=due > 0)
    return np.where(np.isnan(share), 1.0, np.clip(share, 0.0, 1.0))


def _words(frame: pd.DataFrame, name: str) -> np.ndarray:
    return frame[name].astype(str).to_numpy(dtype=object)


def _moment(frame: pd.DataFrame, name: str) -> np.ndarray:
    if name not in frame:
        return np.full(len(frame), NEVER, dtype="datetime64[s]")
    return pd.to_datetime(frame[name]).to_numpy().astype("datetime64[s]")


def _visits(open_claims: pd.DataFrame, creditors: pd.DataFrame, ids: pd.Index) -> np.ndarray:
    """Whether every creditor of the debtor allows visits: one refusal is enough."""
    allowing: Mapping[Any, bool] = {}
    if not creditors.empty:
        allowing = dict(
            zip(creditors["creditor_id"], flag(creditors, "allows_visits"), strict=True)
        )
    code, names = pd.factorize(open_claims["creditor_id"], use_na_sentinel=False)
    refuses = ~np.asarray([allowing.get(name, False) for name in names], dtype=bool)[code]
    every = np.ones(len(ids), dtype=bool)
    every[places(_words(open_claims, "debtor_id")[refuses], ids)] = False
    return every


def _advised(litigation: pd.DataFrame, suits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Advised course of each suit and what it brings, EUR; None and 0 without one, and at the end.

    Shape (n_suits + 1,).
    """
    chosen = litigation[flag(litigation, "recommended")]
    if not chosen.empty:
        chosen = chosen.drop_duplicates("suit_id")
    at = np.append(places(suits, text(chosen, "suit_id")), -1)
    course = np.append(text(chosen, "course"), np.asarray([None], dtype=object))
    return course[at], np.append(number(chosen, "expected_net", 0.0), 0.0)[at]
