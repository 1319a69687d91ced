"""The workshop of models: versions, gates, calibration, drift, and who replaces what."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from amiable.errors import AmiableError
from amiable.learning import train
from amiable.logs import Steps
from amiable.promotion import write
from app_streamlit import clock, desk
from app_streamlit.parts import drawing, frame, model_charts, tables
from app_streamlit.parts.words import Words, plain
from models.model_files import RegistryError
from models.registry import LoadedModel, Version
from models.training import is_read
from models.verdict import in_order

NAME = "recovery"
_SHOWN = ("auc", "log_loss", "brier", "calibration_slope", "observed_over_expected")
_MOST_DRIFT = 20


def versions(say: Words) -> list[Version]:
    """The versions, newest first, as a table; says so when there is none."""
    try:
        found = desk.registry().versions(NAME)[::-1]
    except RegistryError as error:
        st.error(plain(say("models.store", error=error)))
        return []
    if not found:
        st.info(say("models.none"))
        return []
    st.subheader(say("models.versions"))
    rows = pd.DataFrame(
        {
            say("col.version"): [line.version for line in found],
            say("col.alias"): [", ".join(line.aliases) or "–" for line in found],
            say("col.trained"): [say.day(line.trained_as_of) for line in found],
            say("col.engine"): [
                say.known("engine", line.params.get("engine", "–")) for line in found
            ],
            **{
                say(f"models.{name}"): [_number(say, line.metrics.get(name)) for line in found]
                for name in _SHOWN
            },
            say("col.holds"): [
                "✓" if not line.failed_gates else f"✗ {len(line.failed_gates)}" for line in found
            ],
        }
    )
    tables.plain_table(rows)
    return found


def choose(say: Words, found: list[Version]) -> str:
    """The version to look at: the challenger, else the champion, at first."""
    names = [line.version for line in found]
    first = next((line.version for line in found if line.aliases), names[0])
    return st.selectbox(say("models.version"), names, index=names.index(first), key="version")


def load(say: Words, version: str) -> LoadedModel | None:
    """A version with its records; None, and a sentence, when it cannot be trusted or read."""
    try:
        kept = desk.registry().load(NAME, version)
    except RegistryError as error:
        st.error(plain(say("models.store", error=error)))
        return None
    if not is_read(kept):
        st.warning(say("models.unread", version=plain(version)))
        return None
    return kept


def gates(say: Words, kept: LoadedModel) -> None:
    """Each gate with its figure; and, apart, how the challenger stands beside the champion."""
    found = in_order(kept.records.get("gates", {}))
    st.subheader(say("models.gates", version=kept.version))
    n_failed = sum(not gate["passed"] and gate["blocks"] for gate in found.values())
    if n_failed:
        st.warning(say("models.gates_failed", n=n_failed))
    elif found:
        st.success(say("models.gates_all"))
    marks = ["✓" if gate["passed"] else "✗" if gate["blocks"] else "!" for gate in found.values()]
    rows = {
        say("col.holds"): marks,
        say("col.gate"): [gate["title"][say.language] for gate in found.values()],
        # Names of columns are strangers' words, and this table reads Markdown.
        say("col.figure"): [plain(gate["says"][say.language]) for gate in found.values()],
    }
    st.table(pd.DataFrame(rows).set_index(say("col.holds")))
    st.markdown(f"**{say('models.rival')}**")
    rivals = [found[name] for name in ("better_than_champion", "same_reasons") if name in found]
    told = [rival["says"][say.language] for rival in rivals] or [say("models.rival_none")]
    st.markdown("  \n".join(map(plain, told)))


def calibration(say: Words, kept: LoadedModel) -> None:
    """Forecast and outcome in ten bins at one horizon: picture, sentence, table."""
    st.subheader(say("models.calibration"))
    found = kept.records.get("calibration", {})
    if not found:
        st.caption(say("models.calibration_none"))
        return
    horizons = sorted(found, key=int)
    start = horizons.index("90") if "90" in horizons else 0
    horizon = st.radio(say("models.horizon"), horizons, index=start, horizontal=True, key="horizon")
    bins = pd.DataFrame(found[horizon])
    gap = float(np.average((bins["forecast"] - bins["observed"]).abs(), weights=bins["n"]))
    words = {"x": say("models.forecast"), "y": say("models.observed")}
    drawing.draw(say, model_charts.calibration(bins, **words))
    n = int(bins["n"].sum())
    st.markdown(say("models.calibration_says", horizon=horizon, gap=say.share(gap), n=n))
    shown = {
        "forecast": ("forecast", say.share),
        "observed": ("observed", say.share),
        "n": ("rows", int),
    }
    tables.plain_table(tables.shown(bins, shown, say))


def paid_only(say: Words, kept: LoadedModel) -> None:
    """What an average of the paid claims would have said, beside a curve that counts the open."""
    curve = kept.records.get("payment_curve")
    if not curve or curve["mean_days_paid_only"] is None:
        return
    st.subheader(say("models.paid_only"))
    drawn = pd.DataFrame({key: curve[key] for key in ("days", "all", "paid_only", "censored")})
    names = (say("models.everyone"), say("models.only_paid"))
    drawing.draw(
        say,
        model_charts.payment(
            drawn, names=names, censored=say("models.censored"), x=say("models.days")
        ),
    )
    half = curve["median_days"]
    median = say("models.median_never") if half is None else say("models.median_at", days=half)
    told = say(
        "models.paid_only_says",
        mean=round(curve["mean_days_paid_only"]),
        open=curve["n_open"],
        n=curve["n"],
        year=say.share(curve["paid_within_year"]),
        median=median,
    )
    st.markdown(told)


def refused(say: Words, kept: LoadedModel) -> None:
    """Columns refused, each with its reason."""
    st.subheader(say("models.refused"))
    found = kept.records.get("refused", {})
    if not found:
        st.caption(say("models.refused_none"))
        return
    columns = {
        say("col.column"): list(found),
        say("col.why"): list(map(say.sentence, found.values())),
    }
    tables.plain_table(pd.DataFrame(columns))


def watched(say: Words, lines: pd.DataFrame) -> None:
    """Forecasts against what happened since, and the heat map of what changed."""
    st.subheader(say("models.truth"))
    truth = lines[lines["measure"] != "psi"] if len(lines) else lines
    if truth.empty:
        st.caption(say("models.truth_none"))
    else:
        _alarm(say, truth)
        shown = {
            "level": ("level", lambda code: say.code("watch_level", code)),
            "measure": ("measure", lambda code: say.code("watch_measure", code)),
            "feature": ("horizon", lambda name: say.known("feature", name)),
            "segment": ("segment", say.segment),
            "n": ("rows", int),
            "figure": ("figure", lambda value: _number(say, value)),
            "low": ("low", lambda value: _number(say, value)),
            "high": ("high", lambda value: _number(say, value)),
        }
        tables.plain_table(tables.shown(truth, shown, say))
        st.caption(say("models.truth_note"))
    st.subheader(say("models.drift"))
    shifts = lines[lines["measure"] == "psi"] if len(lines) else lines
    if shifts.empty:
        st.caption(say("models.drift_none"))
        return
    counts = shifts["level"].value_counts()
    told = {"alarms": int(counts.get("alarm", 0)), "warns": int(counts.get("warn", 0))}
    st.markdown(say("models.drift_says", **told, n=len(shifts)))
    worst = shifts.head(_MOST_DRIFT).assign(
        name=lambda table: [say.known("feature", name) for name in table["feature"]],
        segment=lambda table: [say.segment(segment) for segment in table["segment"]],
        told=lambda table: [say.code("watch_level", level) for level in table["level"]],
    )
    drawing.draw(say, model_charts.drift(worst))


def _alarm(say: Words, truth: pd.DataFrame) -> None:
    """One line, red on an alarm, on how the forecasts turned out."""
    counts = truth["level"].value_counts()
    told = {"alarms": int(counts.get("alarm", 0)), "warns": int(counts.get("warn", 0))}
    show = st.error if told["alarms"] else st.warning if told["warns"] else st.success
    key = "models.truth_says" if any(told.values()) else "models.truth_right"
    show(say(key, **told, n=len(truth)))


def card(say: Words, kept: LoadedModel) -> None:
    """The card kept with the version."""
    with st.expander(say("models.card")):
        st.markdown(kept.card)


def decide(say: Words, found: list[Version]) -> None:
    """Train, promote with a second person and a reason, or go back."""
    st.subheader(say("models.act"))
    if not frame.decides(say):
        return
    if st.button(say("models.train"), key="train"):
        _train(say)
    if not found:
        return
    with st.form("promotion", border=False):
        second = st.text_input(say("models.second"), key="second", max_chars=80)
        has_read = st.checkbox(say("models.read"), key="has_read")
        reason = st.text_input(say("models.reason"), key="why_model", max_chars=500)
        left, right = st.columns(2)
        promoting = left.form_submit_button(say("models.promote"), type="primary")
        going_back = right.form_submit_button(say("models.rollback"))
    if not (promoting or going_back):
        return
    actor = st.session_state.get("actor", "").strip()
    other = second.strip()
    if not (actor and other and has_read and reason.strip()) or other.lower() == actor.lower():
        st.error(say("models.needs"))
        return
    _move(say, promoting=promoting, actor=actor, second=other, reason=reason.strip())


def _train(say: Words) -> None:
    try:
        with st.spinner(say("models.training")):
            report = train(desk.home(), clock.today(), steps=Steps())
    except AmiableError as error:
        st.error(plain(error))
        return
    told = say("models.trained", version=report.version) if report.version else None
    st.toast(told or say("models.nothing"))
    st.rerun()


def _move(say: Words, *, promoting: bool, actor: str, second: str, reason: str) -> None:
    home, registry = desk.home(), desk.registry()
    try:
        with home.alone():
            if promoting:
                registry.promote(NAME, st.session_state["version"])
            else:
                registry.rollback(NAME)
            write(home, registry, NAME, at=clock.now(), actor=actor, reason=reason, second=second)
    except (RegistryError, AmiableError) as error:
        st.error(plain(error))
        return
    st.toast(say("claim.saved"))
    st.rerun()


def _number(say: Words, value: object) -> str:
    if value is None or value != value:
        return "–"
    text = f"{float(str(value)):.3f}"
    return text.replace(".", ",") if say.language == "fr" else text
