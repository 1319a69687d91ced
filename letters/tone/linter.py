"""Findings of a letter: what in its words may not be sent, on which line, why, by which source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from letters.tone.likeness import DENIED, RULED, SURELY, THRESHOLD, Likeness, ear
from letters.tone.patterns import Hit, Rule, book
from letters.tone.speech import is_taken_back, needs_a_judge
from letters.tone.words import Sentence, sentences

LANGUAGES = ("fr", "en")
#: Name of the finding that is heard by no rule, only by how a sentence sounds.
LIKENESS = "likeness"
#: Sums and years: which they are does not matter to a rule.
_LARGE = re.compile(r"\d+[.,\u00a0 ][\d.,\u00a0 ]*|\d{4,}")
_LITTLE = {
    "fr": """le la les de des du et est vous nous votre vos notre nos que qui pour par dans sur ne
        pas une un au aux ce cette ces avec sans je il elle on en si se sont sera d l n s c qu""",
    "en": """the of and is you we your our that which for by in on not a an to this these with
        without i he she it if are will be shall has have been or at from any us""",
}
_FUNCTION = {name: frozenset(told.split()) for name, told in _LITTLE.items()}
#: How many words before and after those of a rule are heard beside the whole sentence, and by how
#: much less proper so few may sound.
_NEAR, _NEARER = 3, 2.5
#: What is said where a rule knows the words and the sentence as a whole sounds proper.
_YET = (
    "La phrase se lit pourtant comme une phrase permise : à relire.",
    "Yet the sentence reads like one that may be sent: look at it again.",
)
_SOUNDS = {
    "false_threat": (
        "Ressemble à une menace que rien ne permet ; à reformuler.",
        "Sounds like a threat that nothing allows; to be reworded.",
    ),
    "harassment": (
        "Ressemble à une pression ou à un propos blessant ; à reformuler.",
        "Sounds like pressure or an insult; to be reworded.",
    ),
    "court_look": (
        "Ressemble aux mots d'un acte officiel ; à reformuler.",
        "Sounds like the words of an official act; to be reworded.",
    ),
    "unlawful_fee": (
        "Ressemble à des frais mis à la charge du débiteur ; à reformuler.",
        "Sounds like costs put on the debtor; to be reworded.",
    ),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of the letter beside its words; None where it is not known.

    ``has_title``: an enforceable title was obtained; ``suit_decided``: a person decided on the
    suit that the letter speaks of.
    """

    language: str | None = None
    stage: str | None = None
    debtor_kind: str | None = None
    collects_for_others: bool = False
    has_title: bool = False
    suit_decided: bool = False
    time_barred: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """``line`` counts from 1; 0 is the letter as a whole, -1 its subject.

    An ``advice`` does not stop the letter.
    """

    line: int
    rule: str
    family: str
    advice: bool
    says: tuple[str, str]
    source: str
    words: str

    def told(self, language: str) -> str:
        """One line for the writer."""
        says = self.says[0] if language == "fr" else self.says[1]
        if self.source:
            says = f"{says.rstrip('.')} ({self.source})."
        if not self.line:
            return says
        place = f"ligne {self.line}" if language == "fr" else f"line {self.line}"
        if self.line < 0:
            place = "objet" if language == "fr" else "subject"
        quoted = f"« {self.words} »" if language == "fr" else f"“{self.words}”"
        colon = " :" if language == "fr" else ":"
        return f"{place}, {quoted}{colon} {says}"


def wording(text: str, setting: Setting | None = None) -> list[Finding]:
    """Every finding in the words of a text, in order of its lines.

    >>> [each.rule for each in wording("Vous irez en prison.")]
    ['jail']
    >>> wording("Personne n'ira en prison pour cela.")
    []
    """
    told = setting or Setting()
    found = [each for sentence in sentences(text) for each in _in_sentence(sentence, text, told)]
    return sorted(found, key=lambda each: (each.line, each.advice))


def _in_sentence(sentence: Sentence, text: str, setting: Setting) -> Iterator[Finding]:
    plain = tuple("1000" if _LARGE.fullmatch(word) else word for word in sentence.words)
    for language in _languages(sentence, text, setting):
        hits = _hits(plain, sentence.is_heading, language, setting)
        sound = _sound(plain, language, setting)
        ruled = any(not rule.advice for rule, _ in hits)
        for rule, hit in hits:
            shown = [sentence.words[place] for place in hit.places]
            lifted = not rule.advice and _sounds_proper(plain, hit, rule, sound, language)
            yield Finding(
                line=sentence.line,
                rule=rule.name,
                family=rule.family,
                advice=rule.advice or lifted,
                says=_joined(rule.says) if lifted else rule.says,
                source=rule.source,
                words=" ".join(shown)[:80],
            )
        if not ruled and sound is not None and sound.score > THRESHOLD:
            says = _SOUNDS[sound.family]
            yield Finding(sentence.line, LIKENESS, sound.family, False, says, "", sound.words[:80])


def _joined(says: tuple[str, str]) -> tuple[str, str]:
    return f"{says[0]} {_YET[0]}", f"{says[1]} {_YET[1]}"


def _sounds_proper(
    plain: tuple[str, ...], hit: Hit, rule: Rule, sound: Likeness | None, language: str
) -> bool:
    """Whether a sentence is heard as one that may be sent, whatever a rule says of its words.

    As a whole, and near these words too: a threat slipped into a proper sentence stays one.
    """
    # What is known of the case, no sound of a sentence tells.
    if rule.unless_suit or rule.time_barred or rule.heading or rule.debtor or sound is None:
        return False
    leave = THRESHOLD - (SURELY if rule.sure else RULED)
    near = ear(language).heard(plain[max(hit.places[0] - _NEAR, 0) : hit.places[-1] + 1 + _NEAR])
    return sound.score <= leave and (near is None or near.score <= leave + _NEARER)


@lru_cache(maxsize=20_000)
def _sound(plain: tuple[str, ...], language: str, setting: Setting) -> Likeness | None:
    """How a sentence sounds; None where that says nothing: too short, or the setting allows it."""
    if setting.language not in (None, language):
        return None
    spoken = book(language)
    words = tuple(spoken.speller.put_right(word) for word in plain)
    like = ear(language).heard(words)
    if like is None:
        return None
    judged = needs_a_judge(words, spoken)
    known = False
    for rule in _touched(words, language):
        if rule.heading or rule.debtor or rule.advice or rule.time_barred:
            continue
        if not _applies(rule, False, setting, judged=False):
            return None
        known = (
            known
            or not _applies(rule, False, setting, judged=judged)
            or _hit(rule, words, language) is None
        )
    # Words that a rule found denied or spared weigh less.
    return replace(like, score=like.score - DENIED) if known else like


@lru_cache(maxsize=20_000)
def _touched(words: tuple[str, ...], language: str) -> tuple[Rule, ...]:
    """Rules whose patterns find something, denied, spared or not: the long part of the work."""
    return tuple(
        rule
        for rule in book(language).rules
        if any(
            next(pattern.hits(told), None)
            for told in {words, _asked(rule, words, language)}
            for pattern in rule.patterns
        )
    )


@lru_cache(maxsize=20_000)
def _hits(
    plain: tuple[str, ...], is_heading: bool, language: str, setting: Setting
) -> tuple[tuple[Rule, Hit], ...]:
    """Rules that a sentence breaks; letters of a day say much the same, with other sums."""
    spoken = book(language)
    words = tuple(spoken.speller.put_right(word) for word in plain)
    judged = needs_a_judge(words, spoken)
    found = []
    for rule in _touched(words, language):
        if _applies(rule, is_heading, setting, judged=judged):
            hit = _hit(rule, words, language)
            if hit is not None:
                found.append((rule, hit))
    return tuple(found)


def _applies(rule: Rule, is_heading: bool, setting: Setting, *, judged: bool) -> bool:
    if rule.heading and not is_heading:
        return False
    if rule.debtor and setting.debtor_kind not in rule.debtor:
        return False
    if rule.unless_title and (setting.has_title or judged):
        return False
    if rule.time_barred and not setting.time_barred:
        return False
    if rule.stages and setting.stage not in rule.stages:
        return False
    return not (rule.unless_suit and setting.suit_decided)


def _asked(rule: Rule, words: tuple[str, ...], language: str) -> tuple[str, ...]:
    if rule.family == "unlawful_fee" and not rule.debtor:
        return _without_lawful(words, language)
    return words


def _hit(rule: Rule, words: tuple[str, ...], language: str) -> Hit | None:
    spoken = book(language)
    words = _asked(rule, words, language)
    text = " ".join(words) + " "
    if any(each.search(text) for each in rule.spared):
        return None
    for pattern in rule.patterns:
        for hit in pattern.hits(words):
            if not is_taken_back(words, hit, spoken, denial=rule.denial):
                return hit
    return None


def _without_lawful(words: tuple[str, ...], language: str) -> tuple[str, ...]:
    """The words with a blank for each that names what the law lets a creditor ask."""
    return tuple(
        book(language)
        .frames["lawful"]
        .sub(lambda held: "_ " * held[0].count(" "), " ".join(words) + " ")
        .split()
    )


def likely_language(text: str) -> str:
    """``fr`` or ``en``, by the little words of a text.

    >>> likely_language("Nous vous remercions de votre règlement."), likely_language("Thank you.")
    ('fr', 'en')
    """
    spoken = [word for sentence in sentences(text) for word in sentence.words]
    counts = {name: sum(word in _FUNCTION[name] for word in spoken) for name in LANGUAGES}
    return "en" if counts["en"] > counts["fr"] else "fr"


def _languages(sentence: Sentence, text: str, setting: Setting) -> tuple[str, ...]:
    """The language of a sentence by its little words; both where they do not tell."""
    counts = {
        language: sum(word in _FUNCTION[language] for word in sentence.words)
        for language in LANGUAGES
    }
    if counts["fr"] == counts["en"] or max(counts.values()) < 2:
        return LANGUAGES
    likeliest = max(counts, key=lambda language: counts[language])
    if setting.language in LANGUAGES and setting.language != likeliest:
        return LANGUAGES
    return (likeliest,)
