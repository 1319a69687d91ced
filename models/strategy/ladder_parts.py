"""A client's own ladder: the parts it replaces, read, laid over the house's, and judged.

Parts are written as in ``ladder.yaml``. A value that differs by profile is a list in the order of
``order``, a mapping by profile, or one value for all::

    first_delay_days: {bad_faith: 2, others: 7}
    stages:
      firm_reminder: {gap_days: 10, channels: [phone, email]}

What law and conduct fix cannot be written: the order of the stages, hours, days and how often.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import yaml

from law import conduct
from models.strategy.conduct import CHANNELS
from models.strategy.ladders import STAGES, Ladder

OTHERS = "others"
_PARTS = ("first_delay_days", "self_curing", "stages", "answers")
_OF_STAGE = ("gap_days", "advance_days", "tone", "channels")
_LONGEST = 730
_MOST_TEXT = 50_000
#: Softest tone of each stage: a formal step is told formally (D6, D12).
_SOFTEST = dict(zip(STAGES, ("helpful", "courteous", "formal", "formal"), strict=True))
#: Channels that a stage may use: a notice is registered, the last attempt a call, letter or visit.
STAGE_CHANNELS = {
    "reminder": ("email", "sms", "phone", "letter"),
    "firm_reminder": ("email", "sms", "phone", "letter", "registered_letter"),
    "formal_notice": ("registered_letter",),
    "last_attempt": ("phone", "letter", "registered_letter", "visit"),
}
_OF_ANSWER = {
    "call": ("phone", "email", "letter"),
    "offer_plan": ("phone", "email", "letter"),
    "third_party": ("letter", "registered_letter"),
}
_IN_WRITING = ("email", "letter", "registered_letter")


class BrokenLadder(ValueError):
    """A ladder that may not stand: where, what is wrong, what to do, in one line."""


def read(text: str, where: str) -> dict[str, Any]:
    """The parts written in a YAML text, as they stand there.

    Raises
    ------
    BrokenLadder
        When it is no YAML, or names parts that are not a client's.
    """
    if len(text) > _MOST_TEXT:
        raise BrokenLadder(
            f"{where}: over {_MOST_TEXT} characters; a ladder holds a few dozen lines."
        )
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        told = "" if line is None else f", line {line + 1}"
        raise BrokenLadder(f"{where}{told}: this is not YAML; correct it.") from error
    if not isinstance(found, Mapping) or not found:
        raise BrokenLadder(f"{where}: a ladder holds {', '.join(_PARTS)}; write at least one.")
    return dict(found)


def over(house: Ladder, parts: Mapping[str, Any], where: str, *, as_of: date) -> Ladder:
    """The house's ladder with the parts in it, whole.

    Raises
    ------
    BrokenLadder
        When a part is unknown, has another form, or breaks what law and conduct fix.
    """
    _known(parts, _PARTS, where)
    order = house["order"]
    made = dict(house)
    if "first_delay_days" in parts:
        here = f"{where}, first_delay_days"
        old = house["first_delay_days"]
        made["first_delay_days"] = _days(
            _by_profile(parts["first_delay_days"], old, order, here), here
        )
    if "self_curing" in parts:
        made["self_curing"] = _curing(parts["self_curing"], house["self_curing"], where)
    made["stages"] = dict(house["stages"])
    for stage, told in _inside(parts, "stages", STAGES, where):
        made["stages"][stage] = _stage(told, house["stages"][stage], order, f"{where}, {stage}")
    made["answers"] = dict(house["answers"])
    for name, told in _inside(parts, "answers", tuple(house["answers"]), where):
        allowed = _OF_ANSWER.get(name, _IN_WRITING)
        made["answers"][name] = _answer(told, house["answers"][name], allowed, f"{where}, {name}")
    _lawful(made, where, as_of)
    return made


def differing(house: Ladder, own: Ladder) -> dict[str, Any]:
    """The parts in which a ladder differs from the house's: what a client's file holds."""
    parts: dict[str, Any] = {
        name: own[name] for name in ("first_delay_days", "self_curing") if own[name] != house[name]
    }
    for group in ("stages", "answers"):
        found = {
            name: {key: value for key, value in told.items() if value != house[group][name][key]}
            for name, told in own[group].items()
        }
        if found := {name: told for name, told in found.items() if told}:
            parts[group] = found
    return parts


def readable(ladder: Ladder) -> str:
    """The parts of a ladder that are a client's, as YAML that `read` understands.

    >>> from models.strategy.tables import ladder
    >>> written = read(readable(ladder()), "here")
    >>> over(ladder(), written, "here", as_of=date(2026, 11, 26)) == ladder()
    True
    """
    order = ladder["order"]

    def named(values: Any) -> Any:
        if len(set(values)) == 1:
            return values[0]
        return dict(zip(order, values, strict=True))

    told = {
        "first_delay_days": named(ladder["first_delay_days"]),
        "self_curing": dict(ladder["self_curing"]),
        "stages": {
            stage: {
                key: named(each[key]) if key != "channels" else list(each[key]) for key in _OF_STAGE
            }
            for stage, each in ladder["stages"].items()
        },
        "answers": {
            name: {"gap_days": each["gap_days"], "channels": list(each["channels"])}
            for name, each in ladder["answers"].items()
        },
    }
    text: str = yaml.safe_dump(told, sort_keys=False, default_flow_style=None, allow_unicode=True)
    return text


def _inside(
    parts: Mapping[str, Any], group: str, names: Sequence[str], where: str
) -> list[tuple[str, Mapping[str, Any]]]:
    told = parts.get(group, {})
    if not isinstance(told, Mapping):
        raise BrokenLadder(f"{where}, {group}: names of {', '.join(names)} are needed.")
    _known(told, names, f"{where}, {group}")
    for name, each in told.items():
        if not isinstance(each, Mapping):
            raise BrokenLadder(f"{where}, {name}: fields and their values are needed.")
    return [(str(name), each) for name, each in told.items()]


def _known(told: Mapping[str, Any], names: Sequence[str], where: str) -> None:
    for name in told:
        if name not in names:
            raise BrokenLadder(
                f"{where}: {str(name)[:40]!r} cannot be set; what can: {', '.join(names)}."
                " The order of the stages, hours, days and how often are fixed by law and conduct."
            )


def _stage(
    told: Mapping[str, Any], old: Mapping[str, Any], order: Sequence[str], where: str
) -> dict[str, Any]:
    _known(told, _OF_STAGE, where)
    made = dict(old)
    for name in ("gap_days", "advance_days"):
        if name in told:
            here = f"{where}, {name}"
            made[name] = _days(_by_profile(told[name], old[name], order, here), here)
    if "tone" in told:
        made["tone"] = _by_profile(told["tone"], old["tone"], order, f"{where}, tone")
        for tone in made["tone"]:
            if tone not in conduct.TONE_RANK:
                names = ", ".join(conduct.TONE_RANK)
                raise BrokenLadder(f"{where}, tone: {str(tone)[:40]!r} is none of {names}.")
    if "channels" in told:
        made["channels"] = _channels(told["channels"], f"{where}, channels")
    return made


def _answer(
    told: Mapping[str, Any], old: Mapping[str, Any], allowed: Sequence[str], where: str
) -> dict[str, Any]:
    _known(told, ("gap_days", "channels"), where)
    made = dict(old)
    if "gap_days" in told:
        made["gap_days"] = _days([told["gap_days"]], f"{where}, gap_days")[0]
    if "channels" in told:
        made["channels"] = _channels(told["channels"], f"{where}, channels")
        _only(made["channels"], allowed, f"{where}, channels")
    return made


def _by_profile(told: Any, old: Sequence[Any], order: Sequence[str], where: str) -> list[Any]:
    if isinstance(told, Mapping):
        names = (*order, OTHERS)
        _known(told, names, where)
        return [
            told.get(name, told.get(OTHERS, before))
            for name, before in zip(order, old, strict=True)
        ]
    if isinstance(told, list):
        if len(told) != len(order):
            raise BrokenLadder(
                f"{where}: {len(told)} values; one for all, or {len(order)} in the order"
                f" {', '.join(order)}."
            )
        return list(told)
    return [told] * len(order)


def _days(values: Sequence[Any], where: str) -> list[int]:
    for value in values:
        if type(value) is not int or not 0 <= value <= _LONGEST:
            raise BrokenLadder(
                f"{where}: {str(value)[:40]!r} is no number of days; write a whole one from 0"
                f" to {_LONGEST}."
            )
    return list(values)


def _channels(told: Any, where: str) -> list[str]:
    if not isinstance(told, list) or not told:
        raise BrokenLadder(f"{where}: a list such as [email, phone] is needed.")
    for name in told:
        if name not in CHANNELS:
            raise BrokenLadder(f"{where}: {str(name)[:40]!r} is none of {', '.join(CHANNELS)}.")
    if len(set(told)) < len(told):
        raise BrokenLadder(f"{where}: a channel stands twice; name each once, the preferred first.")
    return list(told)


def _only(channels: Sequence[str], allowed: Sequence[str], where: str) -> None:
    for name in channels:
        if name not in allowed:
            raise BrokenLadder(f"{where}: not by {name}; what is open here: {', '.join(allowed)}.")


def _curing(told: Any, old: Mapping[str, Any], where: str) -> dict[str, Any]:
    here = f"{where}, self_curing"
    if not isinstance(told, Mapping):
        raise BrokenLadder(f"{here}: p_30 and until_days are needed.")
    _known(told, ("p_30", "until_days"), here)
    p_30 = told.get("p_30", old["p_30"])
    if type(p_30) not in (int, float) or not 0.5 <= p_30 <= 1:
        raise BrokenLadder(f"{here}: p_30 is a probability from 0.5 to 1.")
    until = _days([told.get("until_days", old["until_days"])], f"{here}, until_days")[0]
    if until > 60:
        raise BrokenLadder(f"{here}: nobody is waited for over 60 days without a word.")
    return {"p_30": float(p_30), "until_days": until}


def _lawful(made: Ladder, where: str, as_of: date) -> None:
    """What law and conduct fix of the whole ladder (D3, D4, D6)."""
    limits = conduct.limits(as_of)
    least = math.ceil(7 / limits.max_contacts_7d)
    stages, order = made["stages"], made["order"]
    if max(made["first_delay_days"]) > 60:
        raise BrokenLadder(f"{where}, first_delay_days: over 60 days; a late start is lost money.")
    for stage in STAGES:
        each, here = stages[stage], f"{where}, {stage}"
        floor = limits.formal_notice_days if stage == "formal_notice" else least
        if min(each["gap_days"]) < floor:
            why = (
                "the time that a formal notice gives"
                if stage == "formal_notice"
                else f"at most {limits.max_contacts_7d} contacts in 7 days"
            )
            raise BrokenLadder(f"{here}, gap_days: at least {floor} days ({why}).")
        _only(each["channels"], STAGE_CHANNELS[stage], f"{here}, channels")
        if stage in STAGES[:2] and len(each["channels"]) < 2:
            raise BrokenLadder(
                f"{here}, channels: one alone cannot alternate, and no channel is used more than"
                f" {limits.max_running_on_channel} times running; name a second one."
            )
        softest = conduct.TONE_RANK[_SOFTEST[stage]]
        for profile, tone in zip(order, each["tone"], strict=True):
            if conduct.TONE_RANK[tone] < softest:
                raise BrokenLadder(
                    f"{here}, tone of {profile}: {tone} is softer than {_SOFTEST[stage]}, which"
                    " this stage needs."
                )
    for low, high in pairwise(STAGES):
        for at, profile in enumerate(order):
            before, after = stages[low]["tone"][at], stages[high]["tone"][at]
            if conduct.TONE_RANK[after] < conduct.TONE_RANK[before]:
                raise BrokenLadder(
                    f"{where}, {high}, tone of {profile}: it falls from {before} to {after};"
                    " the tone never softens on the way up."
                )
            if stages[high]["advance_days"][at] <= stages[low]["advance_days"][at]:
                raise BrokenLadder(
                    f"{where}, {high}, advance_days of {profile}: not after those of {low}"
                    f" ({stages[low]['advance_days'][at]}); the stages follow one another."
                )
