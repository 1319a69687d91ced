"""The day's profiles: features, notes, answers and confirmations in; belief and reasons out."""

from __future__ import annotations

import operator
from datetime import date

import numpy as np
import pandas as pd

from data_schema.contract import tables
from models.profile import belief, notes
from models.profile.rules import Rules, Signal, rules

_SIGNS = {">=": operator.ge, "<=": operator.le, "==": operator.eq}
CONFIRMED = "confirmed_by_a_person"
ANSWER = "answer:"


def score(
    debtor_features: pd.DataFrame,
    interactions: pd.DataFrame,
    disputes: pd.DataFrame,
    promises: pd.DataFrame,
    decisions: pd.DataFrame,
    *,
    as_of: date,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Belief about each debtor's profile and why.

    Parameters
    ----------
    debtor_features
        ``features.debtor_features``, one row per debtor with an open claim.
    interactions, disputes, promises
        ``core`` rows known on the day, each with ``debtor_id``; notes and grievances are read.
    decisions
        ``core.decisions``; ``confirm_profile`` and ``answer`` are used.
    as_of
        the day; older signals weigh less.

    Returns
    -------
    (profiles, explanations)
        ``mart.profiles`` and ``mart.explanations`` without ``as_of``, sorted by key.
    """
    elicited = rules()
    debtors = debtor_features.sort_values("debtor_id").reset_index(drop=True)
    ids = pd.Index(debtors["debtor_id"].astype(object), name="debtor_id")
    if ids.empty:
        return _empty("profiles"), _empty("explanations")
    spoken = notes.read(_texts(interactions, disputes, ids), elicited)
    reactions = _reactions(interactions, ids)
    names, strengths, unseen, on, quotes = _matrix(debtors, spoken, reactions, ids, as_of, elicited)
    weights = _weights(strengths, unseen, elicited)
    extra_names, extra = _people(debtors, decisions, ids, elicited)
    all_names = names + extra_names
    # Once a person has spoken, what the rules say weighs little.
    confirmed = extra[:, 0].any(axis=1)
    weights = np.where(confirmed[:, None, None], elicited.beside_confirmation * weights, weights)
    weights = np.concatenate([weights, extra], axis=1)
    probabilities = belief.posterior(np.log(elicited.prior) + weights.sum(axis=1))
    leading = probabilities.argmax(axis=1)
    contributions = belief.attribute(elicited.prior, weights, leading)
    question, value = _questions(probabilities, decisions, ids, elicited)
    profiles = pd.DataFrame(
        {
            "debtor_id": ids,
            **{f"p_{name}": probabilities[:, k] for k, name in enumerate(elicited.profiles)},
            "profile": belief.decide(probabilities, elicited),
            "certainty": probabilities.max(axis=1),
            "evidence": _evidence(weights, unseen, all_names, on, quotes, elicited),
            "next_question": question,
            "question_value": value,
        }
    )
    strength = np.where(strengths > 0, strengths, np.where(unseen, 0.0, np.nan))
    strength = np.hstack([strength, np.ones((len(ids), len(extra_names)))])
    explanations = _explanations(
        ids, leading, weights, contributions, all_names, strength, elicited
    )
    return profiles[_names("profiles")], explanations[_names("explanations")]


def _names(table: str) -> list[str]:
    return [name for name in tables("out")[table].names if name != "as_of"]


def _empty(table: str) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in _names(table)})


def _texts(interactions: pd.DataFrame, disputes: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    said = interactions[["debtor_id", "at", "note"]].set_axis(["debtor_id", "on", "text"], axis=1)
    grieved = disputes[["debtor_id", "opened_on", "grievance"]].set_axis(said.columns, axis=1)
    said = said[said["debtor_id"].isin(ids)].astype(object)
    grieved = grieved[grieved["debtor_id"].isin(ids)].astype(object)
    texts = pd.concat([said, grieved], ignore_index=True)
    texts["on"] = pd.to_datetime(texts["on"]).dt.normalize()
    return texts


def _reactions(interactions: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    """Last reaction of each kind: one row per debtor and outcome with its day and quotable note."""
    seen = interactions.loc[interactions["debtor_id"].isin(ids)]
    seen = seen[["debtor_id", "outcome", "at", "note"]].astype(object)
    seen = seen.assign(on=pd.to_datetime(seen["at"]).dt.normalize())
    seen = seen.assign(note=seen["note"].where(seen["note"].notna(), None))
    seen = seen.sort_values(["debtor_id", "outcome", "on", "note"], na_position="first")
    return seen.drop_duplicates(["debtor_id", "outcome"], keep="last")


def _holds(debtors: pd.DataFrame, conditions: tuple[tuple[str, str, float], ...]) -> np.ndarray:
    holds = np.ones(len(debtors), dtype=bool)
    for column, sign, number in conditions:
        values = _number(debtors, column)
        holds &= np.where(np.isnan(values), False, _SIGNS[sign](values, number))
    return holds


def _number(debtors: pd.DataFrame, column: str) -> np.ndarray:
    if column not in debtors:
        return np.full(len(debtors), np.nan)
    values = pd.to_numeric(debtors[column].astype(object), errors="coerce")
    return values.to_numpy(dtype=float, na_value=np.nan)


def _matrix(
    debtors: pd.DataFrame,
    spoken: pd.DataFrame,
    reactions: pd.DataFrame,
    ids: pd.Index,
    as_of: date,
    elicited: Rules,
) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Strength, absence, day and quote of each signal: arrays of shape (n_debtors, n_signals)."""
    shape = (len(ids), len(elicited.signals))
    strengths, unseen = np.zeros(shape), np.zeros(shape, dtype=bool)
    on = np.full(shape, np.datetime64("NaT"), dtype="datetime64[D]")
    quotes = np.full(shape, None, dtype=object)
    for j, signal in enumerate(elicited.signals):
        if signal.pattern is not None:
            found = spoken[spoken["signal"] == signal.name]
            rows = ids.get_indexer(found["debtor_id"])
            times = found["n"].to_numpy(dtype=float)
            on[rows, j] = pd.to_datetime(found["on"]).to_numpy().astype("datetime64[D]")
            quotes[rows, j] = found["quote"].to_numpy()
            strengths[rows, j] = _growth(times, elicited)
        else:
            _behaviour(debtors, signal, j, strengths, unseen, elicited)
            if signal.outcome is not None:
                found = reactions[reactions["outcome"] == signal.outcome]
                rows = ids.get_indexer(found["debtor_id"])
                on[rows, j] = found["on"].to_numpy().astype("datetime64[D]")
                quotes[rows, j] = _short(found["note"], elicited)
    age = (np.datetime64(as_of, "D") - on).astype(float)
    age = np.where(np.isnat(on), 0.0, np.maximum(age, 0.0))
    strengths = strengths * elicited.memory_per_week ** (age / 7)
    return [signal.name for signal in elicited.signals], strengths, unseen, on, quotes


def _growth(times: np.ndarray, elicited: Rules) -> np.ndarray:
    return np.minimum(1 + elicited.count_growth * np.log(times), elicited.count_growth_cap)


def _behaviour(
    debtors: pd.DataFrame,
    signal: Signal,
    j: int,
    strengths: np.ndarray,
    unseen: np.ndarray,
    elicited: Rules,
) -> None:
    holds = _holds(debtors, signal.when)
    times = np.ones(len(debtors))
    if signal.count is not None:
        times = np.maximum(np.nan_to_num(_number(debtors, signal.count), nan=1.0), 1.0)
    strengths[:, j] = np.where(holds, _growth(times, elicited), 0.0)
    if signal.observed:
        unseen[:, j] = ~holds & _holds(debtors, signal.observed)


def _short(texts: pd.Series, elicited: Rules) -> np.ndarray:
    return np.asarray(
        [None if not text else notes.quote(text, 0, 0, elicited.sensitive) for text in texts],
        dtype=object,
    )


def _weights(strengths: np.ndarray, unseen: np.ndarray, elicited: Rules) -> np.ndarray:
    """Log-odds of each signal, shape (n_debtors, n_signals, 4).

    Signals of one family tell one story: n of them weigh as n / (1 + (n - 1) rho).
    """
    families = np.asarray([signal.family for signal in elicited.signals])
    same = (families[:, None] == families[None, :]).astype(float)
    fired = (strengths > 0).astype(float)
    together = np.maximum(fired @ same, 1.0)
    temper = elicited.temper / (1 + elicited.family_correlation * (together - 1))
    seen = np.stack([signal.seen for signal in elicited.signals])
    missed = np.stack([signal.unseen for signal in elicited.signals])
    weights = (strengths * temper)[:, :, None] * seen
    return weights + (unseen * elicited.temper)[:, :, None] * missed


def _people(
    debtors: pd.DataFrame, decisions: pd.DataFrame, ids: pd.Index, elicited: Rules
) -> tuple[list[str], np.ndarray]:
    """What people said: confirmations clamp, answers move by their elicited likelihoods."""
    profiles = pd.Index(elicited.profiles)
    label = debtors["last_label"].astype(object) if "last_label" in debtors else None
    label = pd.Series(None, index=debtors.index, dtype=object) if label is None else label
    if not decisions.empty:
        said = decisions[
            (decisions["kind"] == "confirm_profile") & decisions["debtor_id"].isin(ids)
        ]
        said = said.sort_values(["at", "entry_id"]).drop_duplicates("debtor_id", keep="last")
        newest = said.set_index("debtor_id")["profile"].reindex(ids).to_numpy(dtype=object)
        label = pd.Series(np.where(pd.isna(newest), label, newest), dtype=object)
    code = profiles.get_indexer(label)
    confirmed = np.zeros((len(ids), 1, len(profiles)))
    rows = np.flatnonzero(code >= 0)
    confirmed[rows, 0, code[rows]] = elicited.confirmation
    names, layers = [CONFIRMED], [confirmed]
    for question in elicited.questions:
        layer = np.zeros((len(ids), 1, len(profiles)))
        given = _answers(decisions, question.name, (question.french, question.english))
        known = given[given["answer"].isin(question.answers) & given["debtor_id"].isin(ids)]
        picks = pd.Index(question.answers).get_indexer(known["answer"])
        log_shares = np.log(question.likelihoods)
        centred = log_shares - log_shares.mean(axis=1, keepdims=True)
        layer[ids.get_indexer(known["debtor_id"]), 0] = elicited.temper * centred[picks]
        names.append(ANSWER + question.name)
        layers.append(layer)
    return names, np.concatenate(layers, axis=1)


def _answers(decisions: pd.DataFrame, name: str, texts: tuple[str, str]) -> pd.DataFrame:
    columns = ["debtor_id", "answer"]
    if decisions.empty:
        return pd.DataFrame(columns=columns)
    given = decisions[
        (decisions["kind"] == "answer") & decisions["question"].isin([name, *texts])
    ].sort_values(["at", "entry_id"])
    return given.drop_duplicates("debtor_id", keep="last")[columns]


def _questions(
    probabilities: np.ndarray, decisions: pd.DataFrame, ids: pd.Index, elicited: Rules
) -> tuple[np.ndarray, np.ndarray]:
    """The question worth asking and its expected information; one already answered is not asked."""
    gains = np.stack(
        [belief.information(probabilities, each.likelihoods) for each in elicited.questions], axis=1
    )
    for j, question in enumerate(elicited.questions):
        given = _answers(decisions, question.name, (question.french, question.english))
        rows = ids.get_indexer(given["debtor_id"])
        gains[rows[rows >= 0], j] = 0.0
    texts = np.asarray([question.french for question in elicited.questions], dtype=object)
    best = gains.argmax(axis=1)
    return texts[best], np.maximum(gains.max(axis=1), 0.0)


def _evidence(
    weights: np.ndarray,
    absent: np.ndarray,
    names: list[str],
    on: np.ndarray,
    quotes: np.ndarray,
    elicited: Rules,
) -> list[list[dict[str, object]]]:
    """Signals of each debtor, heaviest first; weight: log-odds for the profile it speaks for.

    ``no_<signal>``: the debtor had the occasion to show it and did not.
    """
    evidence: list[list[dict[str, object]]] = [[] for _ in range(len(weights))]
    top = weights.argmax(axis=2)
    size = np.take_along_axis(weights, top[:, :, None], axis=2)[:, :, 0]
    rows, columns = np.nonzero(size > 1e-9)
    order = np.lexsort((columns, -size[rows, columns], rows))
    dated = on.astype(object)
    for row, column in zip(rows[order], columns[order], strict=True):
        own = column < on.shape[1]
        name = names[column]
        evidence[row].append(
            {
                "signal": f"no_{name}" if own and absent[row, column] else name,
                "for": elicited.profiles[top[row, column]],
                "weight": round(float(size[row, column]), 6),
                "on": dated[row, column] if own else None,
                "quote": quotes[row, column] if own else None,
            }
        )
    return evidence


def _explanations(
    ids: pd.Index,
    leading: np.ndarray,
    weights: np.ndarray,
    contributions: np.ndarray,
    names: list[str],
    strength: np.ndarray,
    elicited: Rules,
) -> pd.DataFrame:
    groups = [signal.group for signal in elicited.signals]
    groups += ["person"] * (len(names) - len(groups))
    present = np.abs(weights).max(axis=2) > 1e-12
    # A debtor without any signal still has a row, so that the base is said.
    alone = np.flatnonzero(~present.any(axis=1))
    rows, columns = np.nonzero(present)
    targets = np.asarray([f"p_{name}" for name in elicited.profiles], dtype=object)
    spoken = pd.DataFrame(
        {
            "subject_id": ids.to_numpy()[rows],
            "target": targets[leading[rows]],
            "feature": np.asarray(names, dtype=object)[columns],
            "reason_group": np.asarray(groups, dtype=object)[columns],
            "value": strength[rows, columns],
            "contribution": contributions[rows, columns],
            "base_value": elicited.prior[leading[rows]],
        }
    )
    silent = pd.DataFrame(
        {
            "subject_id": ids.to_numpy()[alone],
            "target": targets[leading[alone]],
            "feature": "(no signal)",
            "reason_group": "prior",
            "value": np.nan,
            "contribution": 0.0,
            "base_value": elicited.prior[leading[alone]],
        }
    )
    whole = pd.concat([part for part in (spoken, silent) if len(part)], ignore_index=True)
    whole = whole.assign(model="profile", text_value=None)
    return whole.sort_values(["subject_id", "feature"]).reset_index(drop=True)
