"""The day's profiles: history, reactions, words and answers in; belief and reasons out."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from data_schema.contract import tables
from models.profile import belief, people
from models.profile.decision import cost_matrix, decide
from models.profile.design import BEHAVIOURS, behaviours, layout, matrix
from models.profile.elicited import elicited_odds, elicited_parts
from models.profile.evidence import Contributions, Told, contributions, evidence, explanations
from models.profile.model import ProfileModel
from models.profile.rules import rules
from models.profile.signals import Signs, observe

_CHUNK, _AT_ONCE = 20_000, 2


def score(
    debtor_features: pd.DataFrame,
    reactions: pd.DataFrame,
    texts: pd.DataFrame,
    decisions: pd.DataFrame,
    *,
    as_of: date,
    model: ProfileModel | None = None,
    costs: Mapping[str, Mapping[str, float]] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Belief about each debtor's profile and why.

    Parameters
    ----------
    debtor_features
        ``features.debtor_features``, one row per debtor with an open claim.
    reactions, texts
        ``features.open_reactions`` and ``features.open_texts``, known on the day.
    decisions
        ``core.decisions``; ``answer`` is used, confirmations are in the features.
    as_of
        the day; older signals weigh less.
    model
        the model in use; None leaves the elicited rates alone.
    costs
        what differs from the house's costs (:func:`models.profile.decision.cost_matrix`).

    Returns
    -------
    (profiles, explanations)
        ``mart.profiles`` and ``mart.explanations`` without ``as_of``, sorted by key.
    """
    day = believed(debtor_features, reactions, texts, decisions, as_of=as_of, model=model)
    if not len(day.ids):
        return _empty("profiles"), _empty("explanations")
    elicited = rules()
    leading = day.probabilities.argmax(axis=1)
    quotes = pa.array(day.signs.quotes, type=pa.string())

    def reasons(rows: slice) -> tuple[pa.Array, Contributions]:
        weights = day.weights(rows)
        p = day.probabilities[rows]
        along = belief.attribution(day.base, weights.sum(axis=1), leading[rows])
        moved = p[np.arange(len(p)), leading[rows]] - day.base_belief[leading[rows]]
        parts = contributions(np.einsum("njk,nk->nj", weights, along), moved)
        on = np.stack([each[rows] for each in day.spoken_on], axis=1)
        return evidence(weights, day.signs, quotes, on, rows, day.told, elicited), parts

    starts = range(0, len(day.ids), _CHUNK)
    # Linear algebra and columns leave the interpreter: two cores work on two parts at once.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        done = list(pool.map(reasons, [slice(at, at + _CHUNK) for at in starts]))
    shown, found = [one for one, _ in done], [parts for _, parts in done]
    limits = None if model is None else model.limits
    said = decide(day.probabilities, cost_matrix(costs), limits)
    question, value = people.next_questions(day.probabilities, day.answered, elicited, said)
    named = np.asarray(elicited.profiles, dtype=object)
    profiles = pd.DataFrame(
        {
            "debtor_id": day.ids,
            **{f"p_{name}": day.probabilities[:, k] for k, name in enumerate(elicited.profiles)},
            "profile": said,
            "certainty": day.probabilities.max(axis=1),
            "likeliest": named[leading],
            "evidence": pd.arrays.ArrowExtensionArray(pa.chunked_array(shown)),
            "next_question": question,
            "question_value": value,
        }
    )
    why = explanations(
        found, starts, day.ids, leading, day.base_belief, day.values(), day.told, elicited
    )
    return profiles[_names("profiles")], why[_names("explanations")]


@dataclass(frozen=True)
class Day:
    """Belief about the debtors of a day and the parts that it is the sum of, in log-odds.

    ``base`` (4,) are the log-odds about a debtor of whom nothing is known; ``kept`` (n_debtors,)
    what the signals still weigh once a person has spoken; ``spoken`` the log-odds of what people
    said and ``spoken_on`` its days; ``probabilities`` (n_debtors, 4) what is published.
    """

    ids: pd.Index
    signs: Signs
    features: pd.DataFrame
    model: ProfileModel | None
    kept: np.ndarray
    spoken: tuple[np.ndarray, ...]
    spoken_on: tuple[np.ndarray, ...]
    answered: dict[str, np.ndarray]
    base: np.ndarray
    told: Told
    probabilities: np.ndarray

    @property
    def base_belief(self) -> np.ndarray:
        """Probabilities without any signal, (4,)."""
        return belief.posterior(self.base)

    def weights(self, rows: slice) -> np.ndarray:
        """Log-odds of every part of some debtors, (n, n_parts, 4)."""
        own = self._of_signals(rows) * self.kept[rows, None, None]
        return np.concatenate([own, *(odds[rows, None] for odds in self.spoken)], axis=1)

    def values(self) -> np.ndarray:
        """What each part says of each debtor, (n_debtors, n_parts)."""
        known, far = behaviours(self.features)
        figures = np.where(known > 0, far, np.nan)
        said = np.ones((len(self.ids), len(self.spoken)), np.float32)
        return np.hstack([self.signs.seen, figures, said])

    def _of_signals(self, part: slice) -> np.ndarray:
        seen, missed = self.signs.seen[part], self.signs.missed[part]
        if self.model is None:
            silent = np.zeros((len(seen), len(BEHAVIOURS), 4))
            return np.concatenate([elicited_parts(seen, missed), silent], axis=1)
        n, m = seen.shape[1], len(BEHAVIOURS)
        beta = self.model.beta
        known, far = behaviours(self.features.iloc[part])
        signals = seen[:, :, None] * beta[:n] + missed[:, :, None] * beta[n : 2 * n]
        figures = known[:, :, None] * beta[2 * n : 2 * n + m] + far[:, :, None] * beta[2 * n + m :]
        return np.concatenate([signals, figures], axis=1)


def believed(
    debtor_features: pd.DataFrame,
    reactions: pd.DataFrame,
    texts: pd.DataFrame,
    decisions: pd.DataFrame,
    *,
    as_of: date,
    model: ProfileModel | None = None,
) -> Day:
    """The belief of a day, before any word is said of it; parameters as of ``score``."""
    elicited = rules()
    features = debtor_features.sort_values("debtor_id").reset_index(drop=True)
    signs = observe(features, reactions, texts, as_of=as_of, elicited=elicited)
    confirmed, fresh, on = people.confirmations(features, signs.ids, as_of, elicited)
    spoken, spoken_on, answered = [confirmed], [on], {}
    for question in elicited.questions:
        odds, answered[question.name], on = people.answers(
            decisions, question, signs.ids, as_of, elicited
        )
        spoken.append(odds)
        spoken_on.append(on)
    kept = 1 - (1 - elicited.beside_confirmation) * fresh
    if model is None:
        base = np.log(elicited.prior)
        own = elicited_odds(signs.seen, signs.missed) - base
    else:
        base, own = model.base, matrix(signs, features) @ model.beta
    extra = [people.CONFIRMED, *(people.ANSWER + each.name for each in elicited.questions)]
    plan = layout(elicited)
    return Day(
        ids=signs.ids,
        signs=signs,
        features=features,
        model=model,
        kept=kept,
        spoken=tuple(spoken),
        spoken_on=tuple(spoken_on),
        answered=answered,
        base=base,
        told=Told(
            (*plan.names, *extra),
            (*plan.groups, *["person"] * len(extra)),
            len(elicited.signals),
        ),
        probabilities=belief.posterior(base + own * kept[:, None] + sum(spoken)),
    )


def explain(day: Day, debtor_id: str) -> pd.DataFrame:
    """Contributions to all four probabilities of one debtor, on demand.

    Columns target, feature, reason_group, contribution, base_value; for each target base and
    contributions add up to the probability. Raises ``KeyError`` for a debtor unknown.
    """
    place = int(day.ids.get_loc(debtor_id))
    rows = slice(place, place + 1)
    weights = day.weights(rows)
    parts = []
    for k, name in enumerate(rules().profiles):
        along = belief.attribution(day.base, weights.sum(axis=1), np.array([k]))
        amount = np.einsum("njk,nk->nj", weights, along)[0]
        parts.append(
            pd.DataFrame(
                {
                    "target": f"p_{name}",
                    "feature": day.told.names,
                    "reason_group": day.told.groups,
                    "contribution": amount,
                    "base_value": day.base_belief[k],
                }
            )
        )
    whole = pd.concat(parts, ignore_index=True)
    return whole[whole["contribution"].abs() > 1e-9].reset_index(drop=True)


def _names(table: str) -> list[str]:
    return [name for name in tables("out")[table].names if name != "as_of"]


def _empty(table: str) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in _names(table)})
