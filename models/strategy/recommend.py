"""The day's recommendations, worklist and plan offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from typing import Any

import numpy as np
import pandas as pd

from data_schema.contract import tables
from models.strategy import gain as gains
from models.strategy import people, titles
from models.strategy import tables as data
from models.strategy.arms import explored, left_alone, mixed, propensity
from models.strategy.choice import propose
from models.strategy.conduct import Calendar, calendar
from models.strategy.delay import cost_of_waiting
from models.strategy.facts import (
    NEVER,
    PRIOR,
    Claims,
    Debtors,
    read_claims,
    read_debtors,
    with_contacts,
)
from models.strategy.fixed_days import deadlines, limits
from models.strategy.guards import spelled
from models.strategy.ladders import Ladders, resolved
from models.strategy.lawful import fail_closed, overruled
from models.strategy.mdp import Values, unhurried, values
from models.strategy.offers import offers
from models.strategy.proposal import Proposal, is_one_of
from models.strategy.reasons import Spoken, reasons, sums_by_currency
from models.strategy.situation import CHASE, DISPUTE, REST, Case, settled_before, situations
from models.strategy.spread import alike, firsts
from models.strategy.worklist import due
from models.strategy.worth_while import worth_while

#: Row of the ladder that knows no profile.
NO_PROFILE = 4


@dataclass(frozen=True)
class Policy:
    """Settings of a run; shares of debtors, EUR.

    ``minute_price``: EUR that a minute of the team is worth, by default the ladder's.
    """

    control: float | None = None
    explore: float | None = None
    tolerance: float = 0.0
    minute_price: float | None = None


@dataclass(frozen=True)
class Advice:
    """What is advised for the claims of some debtors.

    ``recommendations`` and ``plan_offers`` have the contract's columns without ``as_of``, sorted
    by key; ``due`` the groups to work today, which `worklist.in_order` puts in order with those
    of all other debtors.
    """

    recommendations: pd.DataFrame
    due: pd.DataFrame
    plan_offers: pd.DataFrame


def recommend(
    open_claims: pd.DataFrame,
    debtors: pd.DataFrame,
    conduct_rows: pd.DataFrame,
    profiles: pd.DataFrame,
    recovery: pd.DataFrame,
    litigation: pd.DataFrame,
    contacts: pd.DataFrame,
    creditors: pd.DataFrame,
    decisions: pd.DataFrame,
    days: pd.DataFrame,
    *,
    as_of: date,
    ladder: Mapping[str, Any] | None = None,
    own: Mapping[str, Mapping[str, Any]] | None = None,
    policy: Policy | None = None,
    disputes: pd.DataFrame | None = None,
    habits: pd.DataFrame | None = None,
    effects: Mapping[str, Any] | None = None,
    queues: pd.DataFrame | None = None,
) -> Advice:
    """Next best action of every open claim, the work due today, and the plans to offer.

    What is advised to one debtor does not depend on the others: parts may be advised apart, all
    claims of a debtor together.

    Parameters
    ----------
    open_claims, debtors, conduct_rows, disputes
        ``core`` rows known on the day; ``disputes`` may be left out (all then count as unwritten).
    profiles, recovery, litigation
        the scores of the day.
    contacts, creditors
        tables in; may be empty.
    decisions
        ``core.decisions``.
    days
        ``law.days``.
    ladder, policy
        the ladder as data and the settings; by default those shipped.
    habits
        ``features.debtor_habits``; without them plans follow the usual months.
    own
        ladders of the clients who have their own, by creditor_id.
    effects
        what acting adds, shaped as `tables.effects`: learnt ones, by default the priors.
    queues
        claim_id and queue of the claims that only some collectors serve.

    Returns
    -------
    Advice
        The conduct rules of D4 hold of every row: what would break one rests, and ``guards`` says
        which.
    """
    if open_claims.empty:
        return Advice(_empty("recommendations"), pd.DataFrame(), _empty("plan_offers"))
    house = data.ladder() if ladder is None else ladder
    settings = Policy() if policy is None else policy
    adds = data.effects() if effects is None else effects
    who, contact_ids = with_contacts(
        read_debtors(open_claims, debtors, conduct_rows, profiles, creditors, PRIOR, as_of=as_of),
        contacts,
    )
    claims = read_claims(open_claims, recovery, litigation, who)
    steps = resolved(house, own or {}, claims.creditor_ids, claims.of, len(who))
    day_list = calendar(days)
    refused = people.refused_suits(claims, decisions)
    worth = values(
        claims,
        who,
        house,
        adds,
        today=np.datetime64(as_of, "D"),
        minute_price=settings.minute_price or steps["minute_price"],
        refused=refused,
        unhurried=(steps.of > 0) | unhurried(claims, len(who)),
    )
    before = settled_before(
        claims,
        who,
        pd.DataFrame() if disputes is None else disputes,
        postponed=people.postponed(claims, decisions),
        confirmed=people.confirmed(claims, decisions),
        tolerance=settings.tolerance,
        steps=steps,
        as_of=as_of,
    )
    shared = (before, contact_ids["can_pay"], refused, day_list, steps, worth, as_of)
    arms = steps["arms"]
    control_share = arms["control"] if settings.control is None else settings.control
    explore_share = arms["explore"] if settings.explore is None else settings.explore
    paying = (claims, who, worth, steps, adds, day_list, as_of)
    chosen = worth_while(_proposal(claims, who, *shared, by_value=True), *paying)
    # The baseline ignores the profile and the odds: the ladder as it stands, oldest first.
    plain = replace(who, row=np.full(len(who), NO_PROFILE))
    patient = replace(claims, p_30=np.zeros(len(claims)))
    baseline = worth_while(_proposal(patient, plain, *shared, by_value=False), *paying)
    in_control = (who.draw < control_share)[claims.of]
    explores = (who.draw_week < explore_share)[claims.of] & (chosen.near.sum(axis=1) > 1)
    explores &= ~in_control
    final = explored(chosen, explores, who, claims, day_list, explore_share, as_of)
    final = mixed(final, baseline, in_control)
    chance = propensity(final, chosen, baseline, control_share, explore_share)
    arm = np.where(in_control, "control", np.where(explores, "explore", "policy")).astype(object)
    entries = people.overrides(claims, decisions, as_of=as_of)
    final, touched, because = overruled(final, entries, claims, who, day_list, as_of)
    chance = np.where(touched, 1.0, chance)
    arm = np.where(touched, "policy", arm)
    alone = left_alone(chosen, baseline, claims, who, control_share, explore_share)
    proposed = final
    final = fail_closed(final, claims, who, day_list, steps, as_of)
    # A contact that the law stopped was no draw either.
    stopped = np.zeros(len(who), dtype=bool)
    stopped[claims.of[proposed.family != final.family]] = True
    table = _table(
        final, claims, who, contact_ids, litigation, steps, adds, worth, because, as_of=as_of
    )
    table = table.assign(
        propensity=np.clip(chance, 1e-6, 1.0),
        # What a person decided was no draw.
        propensity_wait=np.where(touched | stopped[claims.of], np.nan, alone),
        is_decided=touched,
        arm=arm,
        policy_version=steps.versions(adds)[claims.of],
    )
    served = pd.DataFrame() if queues is None else queues
    work = due(table, final, claims, who, creditors, served, day_list, as_of=as_of)
    known = pd.DataFrame() if habits is None else habits
    plans = offers(table, claims, who, worth, known, steps, adds)
    table = table[_names("recommendations")].sort_values("recommendation_id", ignore_index=True)
    return Advice(table, work, plans)


def _names(table: str) -> list[str]:
    return [name for name in tables("out")[table].names if name != "as_of"]


def _empty(table: str) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in _names(table)})


def _proposal(
    claims: Claims,
    debtors: Debtors,
    before: list[Case],
    knows_payer: np.ndarray,
    refused: np.ndarray,
    days: Calendar,
    steps: Ladders,
    value: Values,
    as_of: date,
    *,
    by_value: bool,
) -> Proposal:
    found = situations(claims, debtors, before, knows_payer=knows_payer, steps=steps, as_of=as_of)
    return propose(
        claims, debtors, found, value, refused, days, steps, by_value=by_value, as_of=as_of
    )


def _hashes(prefix: str, texts: Iterable[str]) -> list[str]:
    return [prefix + blake2b(text.encode(), digest_size=9).hexdigest() for text in texts]


def _groups(final: Proposal, claims: Claims, as_of: date) -> tuple[np.ndarray, np.ndarray]:
    """Group of each claim, counted from 0, and its id: a contact is the debtor's, a task its own.

    A suit groups by suit; tasks and rests by what they are and their day.
    """
    contact = is_one_of(final.family, CHASE, DISPUTE)
    rest, sues = final.family == REST, final.action == "sue"
    word = np.where(sues, claims.suit_ids, np.where(rest, final.name, final.action))
    word = np.where(contact, "contact", word)
    alone = contact | sues
    day = np.where(alone, NEVER, final.act_on.astype("datetime64[D]"))
    kind = np.where(alone, np.where(contact, 0, 1), np.where(rest, 2, 3))
    group = alike([claims.of, kind, word, day])
    first = firsts(group)
    before = np.asarray(["|", "|sue|", "|rest|", "|"], dtype=object)[kind[first]]
    after = np.where(alone[first], "", "|" + day[first].astype(str).astype(object))
    keys = f"{as_of}|" + claims.debtor_ids[first] + before + word[first].astype(str) + after
    return group, np.asarray(_hashes("G", keys), dtype=object)


def _ids(final: Proposal, claims: Claims, as_of: date) -> list[str]:
    """Id of each recommendation: the claim, the day, and what is advised."""
    said = [final.action, final.stage, final.tone, final.channel, final.act_on]
    which = alike(said)
    first = firsts(which)
    told = (["" if each[row] is None else str(each[row]) for each in said] for row in first)
    after = np.asarray(["|".join(["", str(as_of), *words]) for words in told], dtype=object)
    return _hashes("R", claims.ids + after[which])


def _table(
    final: Proposal,
    claims: Claims,
    debtors: Debtors,
    contact_ids: dict[str, np.ndarray],
    litigation: pd.DataFrame,
    steps: Mapping[str, Any],
    adds: Mapping[str, Any],
    worth: Values,
    because: np.ndarray,
    *,
    as_of: date,
) -> pd.DataFrame:
    """Recommendations but for the arms: groups, leads, gains, minutes, sentences."""
    group, group_ids = _groups(final, claims, as_of)
    n_groups = len(group_ids)
    # Of claims alike the first by id, in the order of which they stand.
    order = np.lexsort((-claims.open_eur, group))
    lead = np.zeros(len(claims), dtype=bool)
    lead[order[firsts(group[order])]] = True
    contact = is_one_of(final.family, CHASE, DISPUTE)
    gain = gains.of_proposal(final, claims, debtors, worth, lead, contact, steps, adds, as_of)
    gain = titles.gained(gain, final.name, claims, litigation, lead)
    deadline = deadlines(final, claims, debtors, as_of)
    today = np.datetime64(as_of, "D")
    lost = cost_of_waiting(final, claims, worth, gain, deadline, today)
    minutes = _minutes(final, steps)
    person = np.full(len(claims), None, dtype=object)
    for name, by in (
        ("email", "email"),
        ("phone", "phone"),
        ("sms", "phone"),
        ("letter", "letter"),
        ("registered_letter", "letter"),
        ("visit", "letter"),
    ):
        rows = (final.channel == name) & ~debtors.represented[claims.of]
        person[rows] = contact_ids[by][claims.of][rows]
    late = np.full(n_groups, -np.inf)
    np.fmax.at(late, group, np.where(np.isnan(claims.days_overdue), -np.inf, claims.days_overdue))
    late = np.where(np.isneginf(late), np.nan, late)
    asked = np.where(final.family == CHASE, claims.chaseable, claims.open_amount)
    disputed = np.where(final.family == CHASE, claims.disputed_share * claims.open_amount, 0.0)
    barred = claims.limitation_on <= today
    spoken = Spoken(
        name=final.name,
        action=final.action,
        stage=final.stage,
        tone=final.tone,
        channel=final.channel,
        until=final.act_on.astype("datetime64[D]"),
        deadline=deadline,
        group=group,
        sums=sums_by_currency(group, claims.currency, asked),
        disputed=sums_by_currency(group, claims.currency, disputed),
        group_size=np.bincount(group, minlength=n_groups)[group],
        group_late=late[group],
        gain=np.where(final.name == "sue", np.bincount(group, gain, n_groups)[group], gain),
        limit_on=limits(final, claims, group),
        barred=barred,
        because=because,
    )
    said = reasons(claims, debtors, spoken)
    return pd.DataFrame(
        {
            "recommendation_id": _ids(final, claims, as_of),
            "claim_id": claims.ids,
            "debtor_id": claims.debtor_ids,
            "contact_group_id": group_ids[group],
            "is_lead": lead,
            "action": final.action,
            "stage": final.stage,
            "tone": final.tone,
            "channel": final.channel,
            "contact_id": person,
            "act_on": final.act_on.astype("datetime64[D]").astype(object),
            "escalate_on": final.next_on.astype("datetime64[D]").astype(object),
            "escalate_to": np.where(np.isnat(final.next_on), None, final.next_stage),
            "expected_gain": np.rint(gain * 100) / 100,
            "cost_of_waiting": np.rint(lost * 100) / 100,
            "minutes": minutes,
            "reason": said["fr"],
            "reason_en": said["en"],
            "guards": spelled(final.guards),
            "family": final.family,
            "is_dated": titles.fixed(final.name),
        }
    )


def _minutes(final: Proposal, steps: Mapping[str, Any]) -> np.ndarray:
    minutes = np.zeros(len(final.action))
    for channel, cost in steps["channels"].items():
        minutes[final.channel == channel] = cost["minutes"]
    for action, each in steps["actions"].items():
        minutes[final.action == action] = each
    return np.where(final.family == REST, 0.0, minutes)
