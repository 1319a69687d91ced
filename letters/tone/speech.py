"""Whether a sentence means what its words say: denial, the words of another, the law quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from letters.tone.patterns import Book, Hit

#: A denial reaches this many words to its right.
_REACH = 10


def is_taken_back(words: Sequence[str], hit: Hit, book: Book, *, denial: bool) -> bool:
    """Whether the words hit are denied, reported of another, quoted from the law, or regretted."""
    text = " ".join(words) + " "
    if denial and _is_denied(words, hit, book):
        return True
    if book.frames["error"].search(text):
        return True
    return _is_reported(text, words, hit, book) or _is_quoted(text, words, hit, book)


def needs_a_judge(words: Sequence[str], book: Book) -> bool:
    """Whether the sentence says that a judge or a title comes first."""
    text = " ".join(words) + " "
    return bool(book.frames["judged"].search(text)) and not book.frames["without"].search(text)


def _is_denied(words: Sequence[str], hit: Hit, book: Book) -> bool:
    """A denial that governs one of the words hit, and is not itself one of them."""
    return any(
        place not in hit.places and _governs(words, place, hit.places, book)
        for place in range(len(words))
        if _fits(book, "denier", words[place])
    )


def _governs(words: Sequence[str], place: int, hit: Sequence[int], book: Book) -> bool:
    for core in hit:
        between = words[min(place, core) + 1 : max(place, core)]
        if place < core and _reaches(words, place, between, book):
            return True
        # French denies around the verb: ne ... pas, ne after its subject « aucun ».
        if place > core and place - core <= 3 and _opens(words, core, book):
            return not any(_fits(book, "turned", word) for word in between)
    return False


def _reaches(words: Sequence[str], place: int, between: Sequence[str], book: Book) -> bool:
    """Whether a denial at ``place`` reaches over the words between it and the word hit."""
    if any(_fits(book, "turned", word) for word in between):
        return False
    if _fits(book, "straight", words[place]) and all(
        _fits(book, "little", word) or _fits(book, "straight", word) for word in between
    ):
        return True
    return len(between) <= _REACH and _fits_before(words, place, between, book)


def _fits_before(words: Sequence[str], place: int, between: Sequence[str], book: Book) -> bool:
    if "opener" not in book.frames:
        return len(between) <= 5
    # « ne » stands before a verb that denies nothing but what follows it.
    start = max(0, place - 4)
    for at in range(place - 1, start - 1, -1):
        if _fits(book, "opener", words[at]):
            verbs = words[at + 1 : place]
            if not verbs:
                return len(between) <= 1
            return any(_fits(book, "neutral", verb) for verb in verbs)
    after = between[:4]
    # « aucun ... ne » before the verb.
    return any(_fits(book, "opener", word) for word in between) and len(after) > 0


def _opens(words: Sequence[str], core: int, book: Book) -> bool:
    """Whether « ne » stands before the word hit, with nothing but pronouns between."""
    if "opener" not in book.frames:
        return False
    for at in range(core - 1, max(-1, core - 5), -1):
        if _fits(book, "opener", words[at]):
            return True
        if not _fits(book, "clitic", words[at]):
            return False
    return False


def _is_reported(text: str, words: Sequence[str], hit: Hit, book: Book) -> bool:
    # « Nous vous signalerons »: there « vous » is no subject.
    found = next(
        (
            each
            for each in book.frames["other"].finditer(text)
            if not _fits(book, "self", text[: each.start()].rpartition(" ")[0].rpartition(" ")[2])
        ),
        None,
    )
    if found is None:
        return False
    first = text.count(" ", 0, found.end())
    # What the frame itself holds is what was reported: « vous nous avez menacés ».
    inside = text.count(" ", 0, found.start())
    if hit.places[-1] < inside:
        return False
    ours = book.frames["ours"].search(text, found.end() - 1)
    if ours is None:
        return True
    begins = text.count(" ", 0, ours.start())
    return all(place <= begins for place in hit.places) or hit.places[0] < first


def _is_quoted(text: str, words: Sequence[str], hit: Hit, book: Book) -> bool:
    """Inside quotation marks that an article of law opens."""
    found = book.frames["law"].search(text)
    if found is None:
        return False
    opened = text.count(" ", 0, found.end()) - 1
    closing = "»" if words[opened] == "«" else '"'
    closed = next((at for at in range(opened + 1, len(words)) if words[at] == closing), len(words))
    return all(opened < place < closed for place in hit.places)


def _fits(book: Book, frame: str, word: str) -> bool:
    pattern = book.frames.get(frame)
    return bool(pattern and re.match(pattern, word + " "))
