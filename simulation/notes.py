"""Notes as collectors type them: French, hurried, abbreviated, sometimes without accents."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from simulation.days import dates
from simulation.worlds import PROFILES

_SLOT = re.compile(r"\{(\w+)\}")
_WHO = (
    "la compta",
    "Mme Roux",
    "M. Faure",
    "la secrétaire",
    "le gérant",
    "la DAF",
    "M. le directeur",
    "Mme Girard",
    "l'assistante",
    "le standard",
)
_DOC = ("BL", "BC", "bon de commande", "devis signé", "duplicata", "PV de réception", "RIB")
_WAY = ("mail", "mél", "courrier", "tél.", "LRAR", "SMS")
_ENDS = ("", "", "", " - à suivre", " (vu avec {who})", ". Rappeler.", " !", " / dossier à jour")
# Hurried fingers: what is typed instead, and how often.
_HURRY = (
    (r"\bpaiement\b", "pmt", 0.12),
    (r"\bfacture\b", "fact.", 0.3),
    (r"\brendez-vous\b|\bRDV\b", "rdv", 0.5),
    (r"\bcomptable\b", "cptable", 0.2),
    (r"\brappeler\b", "rapeler", 0.08),
    (r"\béchéancier\b", "echeancié", 0.1),
    (r"\bdemande\b", "dde", 0.2),
    (r"\bpas\b", "ps", 0.03),
    (r"\bqu'il\b", "qu il", 0.2),
    (r"\bchèque\b", "chq", 0.35),
    (r"\bclient\b", "clt", 0.2),
)


def write_notes(
    rng: np.random.Generator,
    *,
    outcome: np.ndarray,
    profile: np.ndarray,
    channel: np.ndarray,
    day: np.ndarray,
    cents: np.ndarray,
) -> np.ndarray:
    """One note per interaction, or None: arrays of shape (n,), notes as objects.

    ``profile`` indexes ``PROFILES``; it tilts the choice of words (four notes in ten come from
    the list of the profile) and is never written. ``day`` counts from 1970-01-01.
    """
    n = outcome.size
    outcome = np.where((outcome == "no_answer") & (channel != "phone"), "silence", outcome)
    silent = np.where(outcome == "silence", 0.5, np.where(outcome == "no_answer", 0.25, 0.06))
    written = rng.random(n) >= silent
    own = rng.random(n) < 0.4
    notes = np.full(n, None, dtype=object)
    slots = _slots(rng, day, cents)
    for word in np.unique(outcome):
        lists = _templates()[word]
        for number, name in ((-1, "all"), *enumerate(PROFILES)):
            mine = ~own if number < 0 else own & (profile == number)
            rows = np.flatnonzero(written & (outcome == word) & mine)
            picked = rng.integers(0, len(lists[name]), rows.size)
            for index, template in enumerate(lists[name]):
                chosen = rows[picked == index]
                notes[chosen] = _fill(template, slots, chosen)
    ends = rng.integers(0, len(_ENDS), n)
    for index, end in enumerate(_ENDS):
        chosen = np.flatnonzero(written & (ends == index))
        notes[chosen] = notes[chosen] + _fill(end, slots, chosen)
    return _hurry(rng, notes, np.flatnonzero(written))


@cache
def _templates() -> dict[str, dict[str, list[str]]]:
    text = (Path(__file__).parent / "notes.yaml").read_text(encoding="utf-8")
    lists: dict[str, dict[str, list[str]]] = yaml.safe_load(text)
    return lists


def _slots(rng: np.random.Generator, day: np.ndarray, cents: np.ndarray) -> dict[str, np.ndarray]:
    n = day.size
    later = pd.Series(dates(day + rng.integers(2, 25, n)))
    month = rng.choice(["%d/%m", "%d/%m/%y", "%d.%m", "le %d"], 4, replace=False)
    form = rng.integers(0, 4, n)
    said = np.full(n, "", dtype=object)
    for index, pattern in enumerate(month):
        rows = np.flatnonzero(form == index)
        said[rows] = later.iloc[rows].dt.strftime(pattern.replace("le ", "")).to_numpy(object)
    share = rng.choice([1.0, 0.5, 0.25], n, p=[0.7, 0.2, 0.1])
    euros = pd.Series(np.maximum(10, (cents * share / 100).round()).astype(np.int64)).astype(str)
    sign = rng.choice(np.array([" €", "€", " EUR", "e"], dtype=object), n)
    return {
        "date": said,
        "amount": euros.to_numpy(object) + sign,
        "who": rng.choice(np.array(_WHO, dtype=object), n),
        "doc": rng.choice(np.array(_DOC, dtype=object), n),
        "way": rng.choice(np.array(_WAY, dtype=object), n),
        "n": rng.choice(np.array(["3", "4", "5", "6", "10"], dtype=object), n),
    }


def _fill(template: str, slots: dict[str, np.ndarray], rows: np.ndarray) -> np.ndarray:
    filled = np.full(rows.size, "", dtype=object)
    for place, piece in enumerate(_SLOT.split(template)):
        filled = filled + (piece if place % 2 == 0 else slots[piece][rows])
    return filled


def _hurry(rng: np.random.Generator, notes: np.ndarray, rows: np.ndarray) -> np.ndarray:
    text = pd.Series(notes[rows], dtype="str")
    for pattern, typed, share in _HURRY:
        chosen = rng.random(rows.size) < share
        text[chosen] = text[chosen].str.replace(pattern, typed, regex=True)
    bare = rng.random(rows.size) < 0.22
    plain = text[bare].str.normalize("NFKD").str.replace(r"[\u0300-\u036f]", "", regex=True)
    text[bare] = plain
    lower = rng.random(rows.size) < 0.2
    text[lower] = text[lower].str.lower()
    upper = rng.random(rows.size) < 0.04
    text[upper] = text[upper].str.upper()
    notes[rows] = text.to_numpy(dtype=object)
    return notes
