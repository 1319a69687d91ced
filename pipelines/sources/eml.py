"""E-mails read: who wrote when, and what is new in the text; attachments by name only."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines.errors import LedgerRefused
from pipelines.sources.eml_text import fresh, references, signed

FORMAT = "message"
LARGEST_FILE = 25_000_000
LARGEST_TEXT = 20_000
_MOST_PARTS, _MOST_ATTACHMENTS, _LONGEST_HEADER = 200, 20, 300
_MOST_FILES = 20_000
_PARIS = ZoneInfo("Europe/Paris")
_CONTROL = re.compile(r"[^\S\n\t ]|[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_HEADER = re.compile(
    rb"^(?:from|to|subject|date|message-id|received|return-path|mime-version|delivered-to|"
    rb"content-type|x-[\w-]+|dkim-signature|reply-to): ?",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Mail:
    """One message, reduced to what is needed.

    ``sent_at`` is French wall-clock time. ``mentions`` are numbers that may name an invoice or a
    claim, ``names`` words that may name a debtor, both as `pipelines.messages` compares them.
    """

    message_id: str
    sent_at: datetime
    sender: str
    sender_name: str
    subject: str
    text: str
    attachments: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def looks_like_mail(path: Path) -> bool:
    """Whether a file is an e-mail, by its name or by two headers at its beginning."""
    if path.suffix.lower() == ".eml":
        return True
    with path.open("rb") as file:
        head = file.read(8192)
    first = head.split(b"\n\n")[0].split(b"\r\n\r\n")[0]
    return len(_HEADER.findall(first)) >= 3 and _HEADER.match(first) is not None


def holds_mails(folder: Path) -> bool:
    """Whether a folder holds e-mails (``.eml``)."""
    return any(path.suffix.lower() == ".eml" for path in folder.rglob("*") if path.is_file())


def files(path: Path) -> list[Path]:
    """The e-mails of a path: itself, or those below a folder, in the order of their names."""
    if not path.is_dir():
        return [path]
    found = sorted(p for p in path.rglob("*") if p.suffix.lower() == ".eml" and p.is_file())
    if not found:
        raise LedgerRefused(f"{path} holds no e-mail (.eml)")
    if len(found) > _MOST_FILES:
        raise LedgerRefused(
            f"{path} holds {len(found)} e-mails; import at most {_MOST_FILES} at once"
        )
    return found


def read(path: Path) -> Mail:
    """Read one e-mail file.

    Raises
    ------
    LedgerRefused
        It is larger than 25 MB, has no readable date, or holds no text.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise LedgerRefused("the e-mail is larger than 25 MB: save it without attachments")
    raw = path.read_bytes()
    try:
        message = BytesParser(policy=policy.default).parsebytes(raw)
        return _mail(message)
    except (MessageError, ValueError, LookupError, RecursionError, AttributeError, TypeError) as e:
        # The standard reader meets headers that no standard foresaw.
        raise LedgerRefused(f"the e-mail cannot be read ({type(e).__name__})") from e


def pasted(text: str, *, received_at: datetime, sender: str = "", subject: str = "") -> Mail:
    """A message whose text a person pasted; headers at its top are read as such.

    Raises
    ------
    LedgerRefused
        The text is empty.
    """
    text = _clean(text)[: 10 * LARGEST_TEXT].strip()
    head, _, rest = text.partition("\n\n")
    told = {
        found[1].lower(): found[2].strip()
        for line in head.splitlines()
        if (found := _PASTED.match(line))
    }
    if len(told) >= 2:
        given = next((told[n] for n in ("from", "de", "expéditeur") if n in told), "")
        sender = sender or given
        subject = subject or next((told[n] for n in ("subject", "objet", "sujet") if n in told), "")
        text = rest or text
    return _made(None, received_at, sender, subject, text, ())


_PASTED = re.compile(
    r"^(From|De|Expéditeur|To|À|A|Subject|Objet|Sujet|Date|Sent|Envoyé|Cc)\s?: ?(.*)$",
    re.IGNORECASE,
)


def _mail(message: EmailMessage) -> Mail:
    sent_at = _sent_at(message)
    parts = list(_parts(message))
    texts = [part for part in parts if part.get_content_maintype() == "text"]
    texts = [part for part in texts if part.get_content_disposition() != "attachment"]
    plain = [part for part in texts if part.get_content_subtype() == "plain"]
    bodies = [_content(part) for part in plain]
    if not any(body.strip() for body in bodies):
        bodies = [of_html(_content(p)) for p in texts if p.get_content_subtype() == "html"]
    attachments = [_clean(part.get_filename() or "")[:120] for part in parts if _is_file(part)]
    return _made(
        _header(message, "message-id"),
        sent_at,
        _header(message, "reply-to") or _header(message, "from"),
        _header(message, "subject"),
        "\n".join(body for body in bodies if body.strip()),
        [name for name in attachments if name][:_MOST_ATTACHMENTS],
        author=_header(message, "from"),
    )


def _made(
    message_id: str | None,
    sent_at: datetime,
    sender: str,
    subject: str,
    body: str,
    attachments: Sequence[str],
    author: str = "",
) -> Mail:
    name, address = parseaddr(sender)
    first_name, first = parseaddr(author)
    # A bare name typed by a person is a name, not an address.
    if "@" not in address:
        name, address = (sender if not address else name or address), ""
    body = _clean(body)[: 10 * LARGEST_TEXT]
    subject = _clean(" ".join(subject.split()))[:_LONGEST_HEADER]
    text = fresh(body)[:LARGEST_TEXT].strip()
    if not text and not subject:
        raise LedgerRefused("the e-mail holds no text")
    stamp = f"{sent_at:%Y-%m-%dT%H:%M}|{address.lower()}|{subject}|{text}"
    told = " ".join((message_id or "").split()).strip("<>")
    digest = hashlib.sha256((told or stamp).encode("utf-8", "surrogatepass")).hexdigest()
    return Mail(
        message_id=digest[:32],
        sent_at=sent_at,
        sender=_clean(first or address).lower()[:200],
        sender_name=_clean(first_name or name)[:200],
        subject=subject,
        text=text,
        attachments=tuple(attachments),
        # What is quoted counts only where the answer itself names nothing.
        mentions=references(f"{subject}\n{text}") or references(body),
        names=signed(first_name or name, subject, body),
    )


def hidden(mail: Mail, mask: Callable[[str], str]) -> Mail:
    """The message as it may be kept, with ``mask`` applied to subject and text."""
    return replace(
        mail,
        subject=mask(mail.subject),
        text=mask(mail.text),
        names=tuple(name for name in mail.names if mask(name) == name),
        attachments=tuple(mask(name) for name in mail.attachments),
    )


def _parts(message: Message) -> Iterable[EmailMessage]:
    """Leaves of a message, forwarded messages left closed, at most two hundred."""
    waiting: list[Message] = [message]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), list):
            waiting = [p for p in part.get_payload() if isinstance(p, Message)] + waiting
        elif part.get_content_type() != "message/rfc822" and isinstance(part, EmailMessage):
            yield part


def _is_file(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _content(part: EmailMessage) -> str:
    """The text of a part, whatever its charset claims to be."""
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    raw = raw[: 40 * LARGEST_TEXT]
    for charset in (part.get_content_charset() or "utf-8", "utf-8", "cp1252"):
        try:
            return raw.decode(charset)
        except (LookupError, UnicodeError, ValueError):
            continue
    return raw.decode("latin-1")


def _header(message: Message, name: str) -> str:
    try:
        return _clean(" ".join(str(message.get(name) or "").split()))[: 4 * _LONGEST_HEADER]
    except (MessageError, ValueError, LookupError, IndexError, AttributeError, TypeError):
        return ""


def _sent_at(message: Message) -> datetime:
    received = str(message.get("received") or "").rpartition(";")[2]
    for told in (_header(message, "date"), " ".join(received.split())):
        try:
            moment = parsedate_to_datetime(told)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            moment = moment.astimezone(_PARIS).replace(tzinfo=None, microsecond=0)
        except (TypeError, ValueError, IndexError, OverflowError):
            continue
        if 1990 <= moment.year <= 2100:
            return moment
    raise LedgerRefused("the e-mail has no readable date: paste its text in the console")


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROL.sub(" ", text)


class _Texts(HTMLParser):
    """The words of a page, a line for each block; quoted history is left out."""

    _BLOCKS = frozenset(("p", "div", "br", "tr", "li", "h1", "h2", "h3", "table", "hr"))
    _SILENT = frozenset(("style", "script", "head", "title", "blockquote"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._SILENT:
            self._silent.append(tag)
        if tag in self._BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            self._silent.remove(tag)
        if tag in self._BLOCKS and tag != "br":
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(re.sub(r"\s+", " ", data))


def of_html(page: str) -> str:
    """The text of an HTML message, without styles, scripts and quoted history.

    >>> of_html("<p>Bonjour,</p><p>pay&eacute;<br>hier</p><blockquote>vieux</blockquote>")
    'Bonjour,\\n\\npayé\\nhier'
    """
    parser = _Texts()
    try:
        parser.feed(page[: 40 * LARGEST_TEXT])
        parser.close()
    except (AssertionError, ValueError):
        return html.unescape(re.sub(r"<[^>]{0,500}>", " ", page))
    lines = (line.strip() for line in "".join(parser.words).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
