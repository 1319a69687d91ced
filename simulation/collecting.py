"""How past agents chased, and how debtors reacted.

A contact is made with a debtor and concerns all its claims that may be chased: at most one a
week, so the caps of D4 hold. Stage and tone never fall within an episode except for the
world's share of slips; the choice between telephone and writing depends on how hard the agent
expects the debtor to be, which is what confounds the history.
"""

from __future__ import annotations

import numpy as np

from simulation import scripts
from simulation.days import NEVER, on_contact_days
from simulation.state import State

CHANNELS = ("email", "sms", "phone", "letter", "registered_letter", "visit")
STAGES = ("", "reminder", "firm_reminder", "formal_notice", "last_attempt")
TONES = ("", "helpful", "courteous", "firm", "formal")
OUTCOMES = (
    "wrong_contact",
    "missing_document",
    "promise",
    "plan_request",
    "cash_wait",
    "dispute",
    "refusal",
    "paid_claim",
    "hardship",
    "acknowledgment",
    "information",
    "other",
)
_EMAIL, _SMS, _PHONE, _LETTER, _REGISTERED = range(5)
_COST = np.array([0.0, 0.08, 0.0, 1.6, 6.9, 25.0])
_MINUTES = np.array([2.0, 1.0, 7.0, 3.0, 8.0, 60.0])
# Probability that a contact is answered: channel by profile.
_ANSWERS = np.array(
    [
        [0.34, 0.28, 0.20, 0.38],
        [0.24, 0.20, 0.13, 0.22],
        [0.50, 0.44, 0.34, 0.52],
        [0.22, 0.18, 0.13, 0.28],
        [0.42, 0.36, 0.34, 0.52],
        [0.60, 0.55, 0.45, 0.60],
    ]
)
# Probability of each outcome of an answered contact: profile by outcome, in their order.
_REACTIONS = np.array(
    [
        [0.13, 0.20, 0.30, 0.02, 0.03, 0.015, 0.01, 0.11, 0.005, 0.085, 0.07, 0.025],
        [0.04, 0.05, 0.24, 0.17, 0.22, 0.025, 0.02, 0.04, 0.075, 0.06, 0.04, 0.02],
        [0.06, 0.10, 0.24, 0.05, 0.11, 0.11, 0.15, 0.09, 0.01, 0.03, 0.03, 0.02],
        [0.04, 0.09, 0.18, 0.03, 0.04, 0.22, 0.12, 0.06, 0.01, 0.07, 0.10, 0.04],
    ]
)


def chase(state: State, claims: np.ndarray, start: int) -> None:
    """One week of contacts: choose debtors, stage, tone and channel; then their reactions."""
    lead_rows, group = _groups(state, claims)
    if lead_rows.size == 0:
        return
    debtor = state.invoices.debtor[claims[lead_rows]]
    made = _worth_a_contact(state, claims, group, debtor, start)
    chosen = made[group]
    claims, group = claims[chosen], (np.cumsum(made) - 1)[group[chosen]]
    debtor = debtor[made]
    if claims.size == 0:
        return
    lead = np.zeros(claims.size, dtype=bool)
    lead[np.unique(group, return_index=True)[1]] = True
    rng, n = state.rng, debtor.size
    _climb(state, debtor)
    channel, propensity = _channels(state, debtor)
    day = on_contact_days(start + rng.integers(0, 5, n) + (rng.random(n) < 0.02), state.holidays)
    softer = (rng.random(n) < state.world["collection"]["slip"]) & (state.tone[debtor] > 1)
    tone = state.tone[debtor] - softer
    documents = state.wants_documents[debtor] & (channel != _REGISTERED)
    searching = state.wrong_person[debtor] & ~documents
    what = np.where(channel == _PHONE, "call", "remind").astype(object)
    what[channel == _REGISTERED] = "formal_notice"
    what[documents] = "resend_documents"
    what[searching & (channel != _REGISTERED)] = "find_contact"
    logged = rng.random(n) < state.world["collection"]["propensity_logged"]
    minutes = np.round(_MINUTES[channel] * rng.uniform(0.6, 1.7, n), 1)
    second = rng.integers(8 * 3600 + 1800, 18 * 3600 + 1800, n)
    groups = state.events.add("contacts_made", debtor=debtor, day=day)
    numbers = state.events.add(
        "actions",
        claim=claims,
        day=day[group],
        second=second[group],
        channel=np.array(CHANNELS, dtype=object)[channel][group],
        stage=np.array(STAGES, dtype=object)[state.rank[debtor]][group],
        tone=np.array(TONES, dtype=object)[tone][group],
        action=what[group],
        group=groups[group],
        received=np.where(channel == _REGISTERED, day + rng.integers(1, 6, n), NEVER)[group],
        # Time and outlay are spent once per contact, on its first claim.
        minutes=np.where(lead, minutes[group], 0.0),
        cost=np.where(lead, _COST[channel][group], 0.0),
        propensity=np.where(logged, propensity, np.nan)[group],
    )
    same = state.last_channel[debtor] == channel
    state.channel_run[debtor] = np.where(same, state.channel_run[debtor] + 1, 1)
    state.last_channel[debtor] = channel
    state.last_contact[debtor] = day
    _lift(state, claims, group, channel, tone, documents)
    state.wants_documents[debtor[documents]] = False
    state.wrong_person[debtor] = False
    _react(state, claims, group, lead, debtor, channel, tone, day, second, numbers)


def _groups(state: State, claims: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First row and group number of each debtor; the caller's claims are sorted in place."""
    order = np.lexsort((-state.open[claims], state.invoices.debtor[claims]))
    claims[:] = claims[order]
    debtor = state.invoices.debtor[claims]
    first = np.ones(debtor.size, dtype=bool)
    first[1:] = debtor[1:] != debtor[:-1]
    return np.flatnonzero(first), np.cumsum(first) - 1


def _worth_a_contact(
    state: State, claims: np.ndarray, group: np.ndarray, debtor: np.ndarray, start: int
) -> np.ndarray:
    rules = state.world["collection"]
    owed = np.bincount(group, weights=state.open[claims]) / 100
    gap = np.where(state.rank[debtor] >= 4, 35, np.where(state.rank[debtor] >= 2, 12, 9))
    due = start - state.last_contact[debtor] >= gap
    wish = np.log(rules["contact"] / (1 - rules["contact"]))
    odds = wish + rules["amount_first"] * (np.log(owed + 1) - np.log(900))
    tired = np.where(state.rank[debtor] >= 4, 1.2 + 0.5 * state.tries[debtor], 0.0)
    return due & (state.rng.random(debtor.size) < 1 / (1 + np.exp(tired - odds)))


def _climb(state: State, debtor: np.ndarray) -> None:
    """Next stage after one to three tries; tone follows the stage and never falls."""
    rng, n = state.rng, debtor.size
    rank, tries = state.rank[debtor], state.tries[debtor]
    eager = np.array([1.0, 0.35, 0.42, 0.75, 0.0])[rank]
    up = (rank == 0) | ((tries >= 2) & (rng.random(n) < eager)) | ((rank < 4) & (tries >= 4))
    slip = up & (rank == 1) & (rng.random(n) < state.world["collection"]["slip"])
    state.rank[debtor] = np.minimum(rank + up + slip, 4)
    state.tries[debtor] = np.where(up, 1, tries + 1)
    lowest = np.array([1, 1, 2, 4, 4])[state.rank[debtor]]
    bolder = (rng.random(n) < 0.45) & (state.rank[debtor] < 3)
    highest = np.array([1, 2, 3, 4, 4])[state.rank[debtor]]
    state.tone[debtor] = np.maximum(state.tone[debtor], np.where(bolder, highest, lowest))


def _channels(state: State, debtor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Channel of each contact and the probability with which it was chosen."""
    rng, n = state.rng, debtor.size
    rank = state.rank[debtor]
    hard = state.world["collection"]["confounding"] * state.debtors.perceived[debtor]
    call = 1 / (1 + np.exp(-(np.array([0, -0.7, 0.3, 0, 0.4])[rank] + hard)))
    sms = state.debtors.table["sms_consent"].to_numpy()[debtor] == True  # noqa: E712
    weights = np.zeros((n, len(CHANNELS)))
    weights[:, _PHONE] = call
    weights[:, _EMAIL] = (1 - call) * np.where(sms, 0.62, 0.75)
    weights[:, _SMS] = (1 - call) * np.where(sms, 0.15, 0.0)
    weights[:, _LETTER] = (1 - call) * np.where(sms, 0.23, 0.25)
    # Never more than twice running on one channel.
    full = np.flatnonzero(state.channel_run[debtor] >= 2)
    weights[full, state.last_channel[debtor[full]]] = 0.0
    weights[rank == 4, _EMAIL] = 0.0
    weights[rank == 4, _SMS] = 0.0
    notice = rank == 3
    weights[notice] = 0.0
    weights[notice, _REGISTERED] = np.where(state.tries[debtor[notice]] == 1, 1.0, 0.0)
    weights[notice, _PHONE] = 1 - weights[notice, _REGISTERED]
    # Two notices or calls running are followed by a plain letter.
    stuck = notice & (weights[np.arange(n), state.last_channel[debtor]] > 0)
    stuck &= state.channel_run[debtor] >= 2
    weights[stuck] = 0.0
    weights[stuck, _LETTER] = 1.0
    weights[weights.sum(axis=1) == 0, _LETTER] = 1.0
    weights /= weights.sum(axis=1, keepdims=True)
    draw = rng.random((n, 1))
    channel = np.minimum((np.cumsum(weights, axis=1) < draw).sum(axis=1), len(CHANNELS) - 1)
    return channel, np.round(weights[np.arange(n), channel], 4)


def _lift(
    state: State,
    claims: np.ndarray,
    group: np.ndarray,
    channel: np.ndarray,
    tone: np.ndarray,
    documents: np.ndarray,
) -> None:
    """Effect of the contact on the hazard of the coming weeks, in log hazard."""
    rules = state.world["collection"]
    profile = state.profile(claims)
    effect = np.array([rules["channel_effect"][name] for name in CHANNELS])[channel][group]
    firmness = np.array([0, 0, 0, 1.0, 1.0])[tone][group]
    effect = effect + firmness * np.array(rules["firm_effect"])[profile]
    effect = effect + rules["notice_effect"] * (channel == _REGISTERED)[group]
    helped = documents[group] & np.isin(profile, [0, 3])
    effect = effect + rules["documents_effect"] * helped
    state.boost[claims] = np.clip(state.boost[claims] + effect, -1.5, 2.5)


def _react(
    state: State,
    claims: np.ndarray,
    group: np.ndarray,
    lead: np.ndarray,
    debtor: np.ndarray,
    channel: np.ndarray,
    tone: np.ndarray,
    day: np.ndarray,
    second: np.ndarray,
    numbers: np.ndarray,
) -> None:
    rng, n = state.rng, debtor.size
    profile = state.debtors.profile[debtor]
    leads = claims[lead]
    answered = rng.random(n) < _ANSWERS[channel, profile]
    odds = _REACTIONS[profile].copy()
    aggrieved = state.grievance[leads]
    odds[:, OUTCOMES.index("dispute")] *= np.where(aggrieved, 3.0, np.where(profile == 3, 0.3, 1))
    odds[state.voiced[leads], OUTCOMES.index("dispute")] *= 0.05
    firm = tone >= 3
    odds[:, OUTCOMES.index("refusal")] *= np.where(firm & np.isin(profile, [1, 3]), 1.8, 1.0)
    odds[:, OUTCOMES.index("promise")] *= np.where(firm & (profile == 2), 1.3, 1.0)
    consumer = state.debtors.kind[debtor] == 2
    odds[:, OUTCOMES.index("hardship")] *= np.where(consumer, 2.0, 1.0)
    odds /= odds.sum(axis=1, keepdims=True)
    outcome = (np.cumsum(odds, axis=1) < rng.random((n, 1))).sum(axis=1)
    outcome = np.minimum(outcome, len(OUTCOMES) - 1)
    word = np.where(answered, np.array(OUTCOMES, dtype=object)[outcome], "no_answer")
    live = channel == _PHONE
    reply = np.where(live, day, on_contact_days(day + rng.integers(1, 6, n), state.holidays))
    moment = np.where(live, np.minimum(second + 240, 19 * 3600), rng.integers(29000, 66000, n))
    state.events.add(
        "interactions",
        claim=leads,
        day=reply,
        second=moment,
        action=numbers[lead],
        channel=np.array(CHANNELS, dtype=object)[channel],
        outcome=word,
        profile=profile,
        fresh=~state.answered[debtor],
    )
    state.answered[debtor] |= answered
    _follow(state, claims, group, lead, debtor, word, reply)


def _follow(
    state: State,
    claims: np.ndarray,
    group: np.ndarray,
    lead: np.ndarray,
    debtor: np.ndarray,
    word: np.ndarray,
    reply: np.ndarray,
) -> None:
    """What the debtors' words bring with them."""
    rng, leads = state.rng, claims[lead]
    everything = rng.random(debtor.size) < 0.4
    promised = (word == "promise")[group] & (lead | everything[group])
    scripts.promise(state, claims[promised], reply[group[promised]])
    planned = (word == "plan_request") & (rng.random(debtor.size) < 0.65)
    scripts.plan(state, leads[planned], reply[planned])
    disputed = word == "dispute"
    scripts.dispute(state, leads[disputed], reply[disputed])
    hard = word == "hardship"
    state.end_episode(debtor[(word == "promise") | planned | disputed | hard])
    fragile = hard & (state.debtors.kind[debtor] == 2)
    state.vulnerable_on[debtor[fragile]] = np.minimum(
        state.vulnerable_on[debtor[fragile]], reply[fragile]
    )
    state.wants_documents[debtor[word == "missing_document"]] = True
    state.wrong_person[debtor[word == "wrong_contact"]] = True
    honest = (word == "paid_claim") & (state.debtors.profile[debtor] == 0)
    state.left[leads[honest]] *= 0.05
    state.scale[leads[honest]] *= 0.05
