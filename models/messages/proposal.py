"""What a message proposes to a person: outcome, promise, plan, dispute, each with its words.

Nothing here decides: a proposal waits for a person's key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import numpy as np

from models.messages.amounts import instalments, sums
from models.messages.classifier import OutcomeModel, trained
from models.messages.dates import days
from models.messages.lexicon import lexicon, matches, simple
from models.profile.notes import find, masked, quote
from models.profile.rules import rules

# Below this certainty nothing is proposed: a person reads (docs/model_messages.md).
LEAST_CERTAINTY = 0.5
# A second outcome worth its own line (a promise beside a dispute).
_SECOND = 0.40
# A complaint that takes precedence; a sentence that says something.
_FIRST, _CLEAR = 0.5, 0.25
# Nobody is understood for sure.
_MOST_CERTAIN = 0.99
_SIDE = ("information", "other")
_MOST_SENTENCES, _LONGEST = 60, 600
_HORIZON = timedelta(days=400)
_QUOTE = 300
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÀ-ÖØ-Þ«\"“])|\s*;\s+")
_HALVES = {"moitie": Decimal("0.5"), "moitier": Decimal("0.5"), "half": Decimal("0.5")}
_HALF = re.compile(r"\b(?:moitier?|half)\b")


@dataclass(frozen=True, slots=True)
class Promise:
    """A payment announced; ``amount`` None means ``share`` of what is open."""

    due_on: date
    amount: Decimal | None
    share: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Plan:
    """Instalments asked for: how many, or of how much each; None where it does not say."""

    n: int | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A grievance: its reason (the contract's), the sum contested (None: the whole), its words."""

    reason: str
    amount: Decimal | None
    grievance: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words, masked, that speak for an outcome."""

    outcome: str
    quote: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a message seems to say; with ``to_read`` nothing is proposed but to read it."""

    outcome: str
    certainty: float
    to_read: bool
    promise: Promise | None = None
    plan: Plan | None = None
    dispute: Dispute | None = None
    evidence: tuple[Evidence, ...] = ()
    ironic: bool = False
    probabilities: dict[str, float] = field(default_factory=dict)


def sentences(text: str) -> list[str]:
    """A text's sentences, at most sixty; lines that a mail program cut are joined again.

    >>> sentences("Bonjour,\\nLe virement part. Merci !")
    ['Bonjour,', 'Le virement part.', 'Merci !']
    """
    lines: list[str] = []
    for line in text.splitlines():
        line = " ".join(line.split())
        if not line:
            lines.append("")
        elif lines and len(lines[-1]) >= 55 and lines[-1][-1] not in ".!?:;" and line[0].islower():
            lines[-1] += " " + line
        else:
            lines.append(line)
    found = [part.strip() for line in lines for part in _SENTENCE_END.split(line)]
    return [part[:_LONGEST] for part in found if part][:_MOST_SENTENCES]


def propose(
    text: str,
    written_on: date,
    *,
    kind: Literal["message", "note"] = "message",
    model: OutcomeModel | None = None,
) -> Proposal:
    """Read one message (of the debtor) or note (of the collector) written on a day."""
    return propose_all([(text, written_on)], kind=kind, model=model)[0]


def propose_all(
    texts: Sequence[tuple[str, date]],
    *,
    kind: Literal["message", "note"] = "message",
    model: OutcomeModel | None = None,
) -> list[Proposal]:
    """Read many texts at once: (text, day on which it was written), in their order."""
    model = model or trained()
    cut = [sentences(text) for text, _ in texts]
    flat = model.predict_proba([sentence for parts in cut for sentence in parts])
    made, start = [], 0
    for (_, written_on), parts in zip(texts, cut, strict=True):
        told = flat[start : start + len(parts)]
        start += len(parts)
        made.append(
            _proposal(parts, told, [str(name) for name in model.outcomes_], written_on, kind)
        )
    return made


def together(told: np.ndarray, outcomes: Sequence[str]) -> np.ndarray:
    """How surely a whole message says each outcome, from its sentences.

    One sentence that speaks outweighs greetings: an outcome holds if any sentence says it (noisy
    or), so that several may hold; information and other hold only where nothing else does.

    Parameters
    ----------
    told : ndarray of shape (n_sentences, n_outcomes)

    Returns
    -------
    ndarray of shape (n_outcomes,)
        Each from 0 to 1; for a single sentence, its own probabilities where they are clear.
    """
    side = np.isin(outcomes, _SIDE)
    # A sentence says one thing: what it hardly says must not add up over a long message.
    clear = np.where((told >= _CLEAR) | (told == told.max(axis=1, keepdims=True)), told, 0.0)
    said = 1 - np.prod(1 - clear, axis=0)
    silent = 1 - said[~side].max(initial=0.0)
    other = np.where(np.asarray(outcomes) == "other", clear.mean(axis=0), said)
    return np.where(side, np.minimum(other, silent), said)


def _proposal(
    parts: list[str], told: np.ndarray, outcomes: list[str], written_on: date, kind: str
) -> Proposal:
    if not parts:
        return Proposal("other", 0.0, to_read=True)
    elicited = rules()
    low = [simple(part, elicited) for part in parts]
    whole = together(told, outcomes)
    chances = {name: round(float(p), 4) for name, p in zip(outcomes, whole, strict=True)}
    best = outcomes[int(whole.argmax())]
    # A complaint comes first: its part is not chased, whatever is promised beside it.
    if chances["dispute"] >= _FIRST and best in ("promise", "refusal", "plan_request"):
        best = "dispute"
    certainty = min(float(whole[outcomes.index(best)]), _MOST_CERTAIN)
    if kind == "note" and (best in _SIDE or certainty < LEAST_CERTAINTY) and _unanswered(low):
        return Proposal("no_answer", 0.9, to_read=False, probabilities=chances)
    ironic = any(lexicon().irony.search(part) for part in low)
    if certainty < LEAST_CERTAINTY:
        return Proposal(
            "information", certainty, to_read=True, ironic=ironic, probabilities=chances
        )
    said = {best} | {
        name
        for name in ("promise", "dispute", "plan_request")
        if told[:, outcomes.index(name)].max() >= _SECOND
    }
    peaks = {name: int(told[:, outcomes.index(name)].argmax()) for name in said}
    promise = _promise(low, peaks["promise"], written_on) if "promise" in said else None
    dispute = None
    if "dispute" in said:
        dispute = _dispute(parts, low, told[:, outcomes.index("dispute")])
        if promise is not None and promise.amount is None and dispute.amount is None:
            # Nobody contests and promises the same whole.
            promise = None
    return Proposal(
        outcome=best,
        certainty=certainty,
        to_read=False,
        promise=promise,
        plan=_plan(low) if "plan_request" in said else None,
        dispute=dispute,
        evidence=tuple(
            _evidence(name, parts[peaks[name]], low[peaks[name]]) for name in sorted(said)
        ),
        ironic=ironic,
        probabilities=chances,
    )


def _unanswered(low: list[str]) -> bool:
    elicited = rules()
    (signal,) = (s for s in elicited.signals if s.name == "note_no_answer")
    return any(find(signal, part, elicited) is not None for part in low)


def _promise(low: list[str], peak: int, written_on: date) -> Promise | None:
    """The first day to come that the promise names, in its sentence or else beside it."""
    order = [low[peak], *low[peak + 1 : peak + 2], *low[max(0, peak - 1) : peak], *low]
    for part in order:
        ahead = [d for d in days(part, written_on) if written_on <= d.on <= written_on + _HORIZON]
        if not ahead:
            continue
        named = sums(part) or sums(low[peak])
        half = _HALF.search(part) if not named else None
        return Promise(
            ahead[0].on,
            named[0].amount if named else None,
            _HALVES[half.group()] if half else Decimal(1),
        )
    return None


def _plan(low: list[str]) -> Plan:
    counts = [n for part in low if (n := instalments(part)) is not None]
    amounts = [found.amount for part in low for found in sums(part)]
    return Plan(counts[0] if counts else None, amounts[0] if amounts else None)


def _dispute(parts: list[str], low: list[str], told: np.ndarray) -> Dispute:
    """Reason by most rules that speak, over the sentences that complain."""
    angry = list(np.flatnonzero(told >= _SECOND)) or [int(told.argmax())]
    reasons = lexicon().dispute_reasons
    score = {
        name: sum(told[place] for place in angry if pattern.search(low[place]))
        for name, pattern in reasons.items()
    }
    reason = max(score, key=lambda name: score[name])
    named = [found.amount for place in angry for found in sums(low[place])]
    words = " ".join(masked(parts[place], rules().sensitive) for place in angry)
    return Dispute(
        reason if score[reason] > 0 else "other",
        named[0] if named else None,
        words if len(words) <= _QUOTE else words[: _QUOTE - 1].rstrip() + "…",
    )


def _evidence(outcome: str, part: str, low: str) -> Evidence:
    """The words of a rule that speaks, else the sentence itself."""
    spoken = [match for name, match in matches(low) if name == outcome]
    start, end = spoken[0].span() if spoken else (0, min(len(low), 60))
    return Evidence(outcome, quote(part, start, end, rules().sensitive))
