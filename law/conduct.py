"""What a collector may do to a debtor, when, and in which order; each rule has a code.

French law sets no hours and no number of contacts; the limits are cautious rules of this
product, dated like everything else (``conduct`` in the parameters). Pressure on consumers is
punished (Code de la consommation, art. L121-6, L121-7). Words for the codes: ``law/words.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from law import parameters
from law.calendar import may_contact

#: Stages of the ladder; within an episode the rank never falls and none is skipped.
STAGE_RANK: Mapping[str, int] = {
    "reminder": 1,
    "firm_reminder": 2,
    "formal_notice": 3,
    "last_attempt": 4,
    "litigation": 5,
}
#: Handing over to a third party is a lane of its own, open from this rank on.
THIRD_PARTY_FROM_RANK = 2
#: Actions that are of one stage, whatever stage is stated.
STAGE_OF: Mapping[str, str] = {"formal_notice": "formal_notice", "sue": "litigation"}
TONE_RANK: Mapping[str, int] = {"helpful": 1, "courteous": 2, "firm": 3, "formal": 4}

#: Actions that ask for money: nothing of the kind for a dispute, a promise or a kept plan.
CHASING = frozenset({"remind", "call", "formal_notice", "visit", "third_party", "sue"})
#: Actions that reach the debtor without asking for money; none of them is a softening.
ACCOMPANYING = frozenset(
    {
        "resend_documents",
        "find_contact",
        "offer_plan",
        "monitor_plan",
        "ask_written_dispute",
        "resolve_dispute",
        "answer_dispute",
        "identify",
    }
)
#: Kinds that are, or may be, natural persons: a person signs what can hurt them.
PERSON_SIGNS_FOR = frozenset({"consumer", "sole_trader", "unknown"})
SIGNED_BY_A_PERSON = frozenset({"formal_notice", "sue"})
#: Kinds to which the consumer's protection applies; an unknown debtor gets the strictest rules.
AS_CONSUMER = frozenset({"consumer", "unknown"})

RULES = (
    "outside_hours",
    "no_contact_day",
    "contacts_per_week",
    "calls_per_week",
    "channel_running",
    "stage_falls",
    "stage_skipped",
    "tone_falls",
    "third_party_too_early",
    "formal_notice_missing",
    "formal_notice_running",
    "formal_notice_channel",
    "last_attempt_channel",
    "do_not_contact",
    "represented",
    "no_email_consent",
    "no_sms_consent",
    "visit_not_allowed",
    "debtor_insolvent",
    "disputed_part",
    "promise_running",
    "plan_kept",
    "dates_unknown",
    "time_barred",
    "person_signs",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The figures of the contact rules on a day; hours are half-open ``[from, to)``."""

    max_contacts_7d: int
    max_calls_7d: int
    max_running_on_channel: int
    from_hour: int
    to_hour: int
    formal_notice_days: int


@dataclass(frozen=True, slots=True)
class DebtorContext:
    """What is known of a debtor before an action; counts leave the action itself out.

    ``n_contacts_7d`` counts the action's day and the six before. Ranks are those of the running
    episode, 0 if nothing was done. ``chaseable_amount`` is what no dispute touches (None: all).
    ``promise_due_on`` is that of a running promise. ``plan_kept``: a plan runs, nothing late.
    """

    debtor_kind: str = "unknown"
    allows_visits: bool = False
    do_not_contact: bool = False
    represented: bool = False
    email_consent: bool | None = None
    sms_consent: bool | None = None
    in_insolvency: bool = False
    n_contacts_7d: int = 0
    n_calls_7d: int = 0
    last_channel: str | None = None
    last_channel_run: int = 0
    stage_rank: int = 0
    tone_rank: int = 0
    formal_notice_expires_on: date | None = None
    chaseable_amount: Decimal | None = None
    promise_due_on: date | None = None
    plan_kept: bool = False
    dates_known: bool = True
    time_barred: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """An action as proposed or done. ``hour`` (0 to 23) and ``signed`` may still be open.

    ``channel`` is None for what reaches nobody; ``to_representative`` says that it goes to the
    debtor's lawyer or other representative.
    """

    action: str
    on: date
    stage: str | None = None
    tone: str | None = None
    channel: str | None = None
    hour: int | None = None
    to_representative: bool = False
    signed: bool | None = None


@parameters.cached
def limits(day: date) -> Limits:
    """Limits on a day. They are rules of ours, so the first ones serve older days too.

    >>> limits(date(2026, 11, 21)).max_contacts_7d
    3
    """

    def figure(name: str) -> int:
        first = parameters.history("conduct", name)[0].from_on
        return parameters.whole("conduct", name, max(day, first))

    return Limits(
        max_contacts_7d=figure("max_contacts_7d"),
        max_calls_7d=figure("max_calls_7d"),
        max_running_on_channel=figure("max_running_on_channel"),
        from_hour=figure("contact_from_hour"),
        to_hour=figure("contact_to_hour"),
        formal_notice_days=figure("formal_notice_days"),
    )


def allowed(context: DebtorContext, action: Action) -> bool:
    """Whether an action breaks no rule."""
    return not violations(context, action)


def violations(context: DebtorContext, action: Action) -> list[str]:
    """Codes of the rules that an action breaks, in the order of ``RULES``; empty if none.

    >>> violations(
    ...     DebtorContext(debtor_kind="consumer", allows_visits=True, stage_rank=3),
    ...     Action("visit", date(2026, 11, 22), stage="last_attempt", channel="visit"),
    ... )
    ['no_contact_day', 'formal_notice_running', 'visit_not_allowed']
    """
    broken = {*_when(context, action), *_ladder(context, action)}
    broken |= {*_reach(context, action), *_ground(context, action)}
    if needs_person(context.debtor_kind, action.action) and action.signed is False:
        broken.add("person_signs")
    return [rule for rule in RULES if rule in broken]


def needs_person(debtor_kind: str, action: str) -> bool:
    """Whether a person must sign: formal notices and suits against natural persons.

    Source: GDPR, art. 22; an unknown debtor counts as a natural person.
    """
    return action in SIGNED_BY_A_PERSON and debtor_kind in PERSON_SIGNS_FOR


def _when(context: DebtorContext, action: Action) -> set[str]:
    """Hours, days, and how often."""
    if action.channel is None or action.action == "sue":
        return set()
    limit = limits(action.on)
    broken = set()
    if action.hour is not None and not limit.from_hour <= action.hour < limit.to_hour:
        broken.add("outside_hours")
    if not may_contact(action.on):
        broken.add("no_contact_day")
    if context.n_contacts_7d >= limit.max_contacts_7d:
        broken.add("contacts_per_week")
    if action.channel == "phone" and context.n_calls_7d >= limit.max_calls_7d:
        broken.add("calls_per_week")
    same = action.channel == context.last_channel
    if same and context.last_channel_run >= limit.max_running_on_channel:
        broken.add("channel_running")
    return broken


def _ladder(context: DebtorContext, action: Action) -> set[str]:
    """Continuity and progressivity: no step back, no step left out."""
    if action.action not in CHASING:
        return set()
    broken = set()
    third_party = action.stage == "third_party" or action.action == "third_party"
    if third_party and context.stage_rank < THIRD_PARTY_FROM_RANK:
        broken.add("third_party_too_early")
    stage = STAGE_OF.get(action.action, action.stage)
    rank = None if third_party or stage is None else STAGE_RANK[stage]
    if rank is not None and rank < context.stage_rank:
        broken.add("stage_falls")
    if rank is not None and rank > context.stage_rank + 1:
        broken.add("stage_skipped")
    climbs = rank is not None and rank > context.stage_rank
    # Nothing but the notice itself is one, and nothing but a suit is one.
    if climbs and stage == "formal_notice" and action.action != "formal_notice":
        broken.add("formal_notice_missing")
    if stage == "litigation" and action.action != "sue":
        broken.add("stage_skipped")
    if action.tone is not None and TONE_RANK[action.tone] < context.tone_rank:
        broken.add("tone_falls")
    if rank is not None and rank > STAGE_RANK["formal_notice"]:
        if context.stage_rank < STAGE_RANK["formal_notice"]:
            broken.add("formal_notice_missing")
        elif not _expired(context.formal_notice_expires_on, action.on) and not (
            # Once the last attempt was made, the delay of the notice is over: what it was about
            # may be paid since, other claims of the debtor are not.
            stage == "last_attempt"
            and context.stage_rank >= STAGE_RANK["last_attempt"]
            and context.formal_notice_expires_on is None
        ):
            broken.add("formal_notice_running")
    if action.action == "formal_notice" and action.channel not in (None, "registered_letter"):
        broken.add("formal_notice_channel")
    if stage == "last_attempt" and action.channel == "sms":
        broken.add("last_attempt_channel")
    return broken


def _expired(expires_on: date | None, on: date) -> bool:
    return expires_on is not None and expires_on <= on


def _reach(context: DebtorContext, action: Action) -> set[str]:
    """Whom one may reach, and by which channel."""
    if action.channel is None or action.action == "sue":
        return set()
    broken = set()
    as_consumer = context.debtor_kind in AS_CONSUMER
    if not action.to_representative:
        if context.represented:
            broken.add("represented")
        if context.do_not_contact:
            broken.add("do_not_contact")
        # Collecting is no marketing: without a word an e-mail within the relation is allowed.
        if action.channel == "email" and context.email_consent is False:
            broken.add("no_email_consent")
        refused = context.sms_consent is False
        if action.channel == "sms" and (
            refused or (as_consumer and context.sms_consent is not True)
        ):
            broken.add("no_sms_consent")
    if action.channel == "visit" and (as_consumer or not context.allows_visits):
        broken.add("visit_not_allowed")
    return broken


def _ground(context: DebtorContext, action: Action) -> set[str]:
    """Whether there is anything to chase or to sue for."""
    if action.action not in CHASING:
        return set()
    broken = set()
    if context.in_insolvency:
        broken.add("debtor_insolvent")
    if context.chaseable_amount is not None and context.chaseable_amount <= 0:
        broken.add("disputed_part")
    if context.promise_due_on is not None and context.promise_due_on >= action.on:
        broken.add("promise_running")
    if context.plan_kept:
        broken.add("plan_kept")
    if action.action == "sue" and not context.dates_known:
        broken.add("dates_unknown")
    if context.time_barred and _threatens_suit(context, action):
        broken.add("time_barred")
    return broken


def _threatens_suit(context: DebtorContext, action: Action) -> bool:
    """A suit, or a formal notice to a consumer, on a claim no court would hear.

    Source: Code de la consommation, art. L121-6, 5°.
    """
    threat = action.action == "formal_notice" or action.stage in ("formal_notice", "last_attempt")
    return action.action == "sue" or (threat and context.debtor_kind in AS_CONSUMER)
