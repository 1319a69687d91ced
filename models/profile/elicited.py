"""Belief by the elicited rates alone: what a book too small to learn from is judged by."""

from __future__ import annotations

import numpy as np

from models.profile.rules import Rules, rules


def elicited_odds(seen: np.ndarray, missed: np.ndarray) -> np.ndarray:
    """Log-odds of the four profiles, (n_debtors, 4), from signals (n_debtors, n_signals)."""
    elicited = rules()
    shown, absent = _slopes(elicited)
    odds: np.ndarray = np.log(elicited.prior) + _tempered(seen, elicited) @ shown + missed @ absent
    return odds


def elicited_parts(seen: np.ndarray, missed: np.ndarray) -> np.ndarray:
    """Log-odds of each signal, (n_debtors, n_signals, 4); they add up to ``elicited_odds``."""
    elicited = rules()
    shown, absent = _slopes(elicited)
    parts: np.ndarray = _tempered(seen, elicited)[:, :, None] * shown
    return parts + missed[:, :, None] * absent


def _slopes(elicited: Rules) -> tuple[np.ndarray, np.ndarray]:
    rates = np.stack([signal.rates for signal in elicited.signals])
    shown, absent = elicited.temper * np.log(rates), elicited.temper_missed * np.log1p(-rates)
    return shown - shown.mean(axis=1, keepdims=True), absent - absent.mean(axis=1, keepdims=True)


def _tempered(seen: np.ndarray, elicited: Rules) -> np.ndarray:
    """Signals of one family tell one story: n of them weigh as n / (1 + (n - 1) rho)."""
    families = np.asarray([signal.family for signal in elicited.signals])
    same = (families[:, None] == families[None, :]).astype(np.float32)
    together = np.maximum((seen > 0).astype(np.float32) @ same, 1.0)
    tempered: np.ndarray = seen / (1 + elicited.family_correlation * (together - 1))
    return tempered
