"""What of a mail's text is new, and what in it may name a claim or a debtor."""

from __future__ import annotations

import re
import unicodedata

_MOST_MENTIONS, _MOST_NAMES = 200, 60

# From here on the text is an older message.
_HISTORY = re.compile(
    r"^(?:"
    r"-{2,} ?(?:message d'origine|message original|original message|message transfere|"
    r"forwarded message|message initial|reponse a).*"
    r"|_{10,}|-{20,}"
    r"|le .{4,120} a ecrit ?:?|.{0,80}<[^>]+@[^>]+> (?:a ecrit|wrote) ?:"
    r"|on .{4,120} wrote ?:|am .{4,120} schrieb.*|(?:de|from) ?: .*@.*"
    r"|(?:de|from) ?: .+|envoye (?:le)? ?: .+|sent ?: .+"
    r")$"
)
_SENT = re.compile(r"^(?:envoye(?: le)?|sent|date|objet|subject|a|to|cc) ?: ?")
_SIGNATURE = re.compile(
    r"^(?:--|__|-- |(?:(?:bien|tres|tres bien|plus|sincerement|salutations?|avec mes)[ ,]*)?"
    r"(?:cordialement|cdlt|cdt|bien a vous|salutations?(?: distinguees| cordiales)?|"
    r"best regards|kind regards|regards|sincerely|cheers|sincerement|respectueusement)"
    r"(?: a vous)?[ ,.!]*)$"
)
_PHONE_SIGNATURE = re.compile(
    r"^(?:envoye (?:de|depuis|a partir de) mon|sent from my|obtenir outlook|get outlook|"
    r"telecharger outlook|envoye avec|-+ ?$)"
)
_DISCLAIMER = re.compile(
    r"^(?:ce (?:message|courriel|mail|e-mail)(?: et|,| est| peut| electronique)|"
    r"(?:this|the) (?:e-?mail|message|communication)(?: and| is| may)|avis de confidentialite|"
    r"confidential(?:ity|ite)?\b|pensez a l'environnement|avant d'imprimer|please consider|"
    r"l'integrite de ce message|si vous (?:avez recu|n'etes pas le destinataire))"
)
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[-_/.][A-Za-z0-9]+)*")
_CUE = re.compile(
    r"\b(?:factures?|fact|fac|invoices?|inv|n°|no|num(?:ero)?|ref(?:erence)?s?|dossiers?|"
    r"creances?|avoir|piece|compte|client|#)[ .:°#n-]*$"
)
_LITTLE_WORDS = frozenset(
    ("en", "le", "du", "au", "de", "des", "les", "et", "a", "in", "of", "the", "to")
)
_DATE = re.compile(r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}$")
_MONEY_AFTER = re.compile(r"^ ?(?:[.,]\d{1,2} ?)?(?:€|eur|euros?|k€|%|h\b)")
# Words that do not tell one name from another.
_IDLE = (
    "sarl sas sasu sa eurl ei scp sci snc scop selarl sc ets etablissements societe ste cie "
    "monsieur madame mr mme m mlle maitre le la les de du des et"
)
LEGAL_FORMS = frozenset(_IDLE.split())


def bare(text: str) -> str:
    """Lower case without accents, one blank between words, apostrophes straight."""
    marks = unicodedata.normalize("NFD", text.replace("’", "'"))
    return " ".join("".join(c for c in marks if not unicodedata.combining(c)).lower().split())


def fresh(body: str) -> str:
    """The text without quoted history, signature and disclaimer.

    >>> fresh("Payé hier.\\n\\nCordialement,\\nA. Roche\\n\\nLe 3 mai, Zoé a écrit :\\n> Bonjour")
    'Payé hier.'
    """
    kept: list[str] = []
    lines = body.splitlines()
    for place, line in enumerate(lines):
        simple = bare(line)
        # A quoting line that the mail program cut in two.
        joined = bare(line + " " + lines[place + 1]) if place + 1 < len(lines) else simple
        if _is_history(simple, joined, lines, place) or _PHONE_SIGNATURE.match(simple):
            break
        if _SIGNATURE.match(simple) and any(part.strip() for part in kept):
            break
        if line.lstrip().startswith((">", "|")):
            continue
        if _DISCLAIMER.match(simple):
            break
        kept.append(line.rstrip())
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    # An answer written below or within the quotes, or a mail that is nothing but a signature.
    return text or "\n".join(
        line for line in lines if line.strip() and not line.lstrip().startswith(">")
    )


def _is_history(simple: str, joined: str, lines: list[str], place: int) -> bool:
    if len(simple) > 200:
        return False
    if simple.startswith(("de :", "de:", "from :", "from:")):
        # Outlook's block: at least one more header right below.
        return any(_SENT.match(bare(below)) for below in lines[place + 1 : place + 4])
    if _HISTORY.match(simple):
        return True
    return simple.startswith(("le ", "on ")) and len(joined) < 250 and bool(_HISTORY.match(joined))


def references(text: str) -> tuple[str, ...]:
    """Numbers of a text that may name an invoice or a claim, as ``normal`` writes them.

    A number with letters counts by itself; a bare one from five digits on, or after a word
    such as invoice. Sums, days and telephone numbers do not count.

    >>> references("facture n° 4512 de 1200 € (FA 2026-0117), tél. 02 40 00 00 01")
    ('4512', '20260117', 'FA20260117')
    """
    found: dict[str, None] = {}
    earlier, earlier_end = "", -9
    for match in _TOKEN.finditer(text[:100_000]):
        token, start, end = match.group(), match.start(), match.end()
        after = text[end : end + 12].lower()
        digits = sum(c.isdigit() for c in token)
        told = normal(token)
        if digits and not _DATE.match(token) and not _MONEY_AFTER.match(after):
            cued = bool(_CUE.search(bare(text[max(0, start - 30) : start])))
            mixed = digits < len(told)
            if (mixed and len(told) >= 4) or len(told) >= 5 or (cued and len(told) >= 2):
                found[told] = None
            if start - earlier_end == 1 and _may_begin_a_number(earlier):
                found[normal(earlier + token)] = None
        earlier, earlier_end = token, end
        if len(found) >= _MOST_MENTIONS:
            break
    return tuple(found)


def _may_begin_a_number(word: str) -> bool:
    return word.isalpha() and len(word) <= 5 and word.lower() not in _LITTLE_WORDS


def normal(number: str) -> str:
    """A number without its marks, in capitals.

    >>> normal("fa-2026/0117")
    'FA20260117'
    """
    return re.sub(r"[^0-9A-Za-z]", "", number).upper()


def named(name: str) -> str:
    """A name as names are compared: words without legal form, accents and marks.

    >>> named("S.A.R.L. Boulangerie  MÔREL & Fils")
    'boulangerie morel fils'
    """
    words = re.findall(r"[a-z0-9]+", bare(name.replace(".", "")))
    return " ".join(word for word in words if word not in LEGAL_FORMS)


def signed(author: str, subject: str, body: str) -> tuple[str, ...]:
    """Words that may name the debtor: the author, short lines, groups of words of the subject."""
    found: dict[str, None] = {}
    lines = [line for line in body.splitlines() if 3 < len(line.strip()) <= 60]
    for text in (author, *lines[:15], *lines[-15:]):
        for part in re.split(r"[|,;–—/]| - ", text):
            if len(name := named(part)) >= 5:
                found[name] = None
    words = named(subject).split()[:30]
    for size in (2, 3, 4):
        for start in range(len(words) - size + 1):
            found[" ".join(words[start : start + size])] = None
    return tuple(found)[:_MOST_NAMES]
