"""Drafts for the person's own mail program; nothing here can send."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote

from letters.writing import clean

#: Where the creditor's own address is not known; ``.invalid`` leads nowhere (RFC 2606).
PLACEHOLDER = "expediteur@a-completer.invalid"
#: Longer links are cut by mail programs; some browsers stop near two thousand signs.
MAILTO_MOST = 1900
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}))+"
)


def is_address(text: str | None) -> bool:
    r"""Whether a text is one plain e-mail address.

    >>> is_address("a@b.example"), is_address("a@b.example\nBcc: c@d.example"), is_address(None)
    (True, False, False)
    """
    return bool(text) and len(str(text)) <= 254 and bool(_ADDRESS.fullmatch(str(text)))


def draft(
    *, sender_name: str, sender: str | None, to_name: str, to: str, subject: str, text: str
) -> bytes:
    """An ``.eml`` file that mail programs open as a message still to be sent (``X-Unsent``).

    Names and subject are cleaned to one line first, so that no header can be smuggled in.

    Raises
    ------
    ValueError
        When ``to`` is no plain address.
    """
    if not is_address(to):
        raise ValueError(f"{to[:80]!r} is no e-mail address")
    message = EmailMessage(policy=SMTP)
    given = sender if is_address(sender) and sender else PLACEHOLDER
    message["From"] = Address(display_name=clean(sender_name), addr_spec=given)
    message["To"] = Address(display_name=clean(to_name), addr_spec=to)
    message["Subject"] = clean(subject)
    message["X-Unsent"] = "1"
    message.set_content(text, charset="utf-8", cte="base64")
    return message.as_bytes()


def link(to: str, subject: str, text: str) -> tuple[str, bool]:
    """A ``mailto:`` link (RFC 6068), and whether the whole text fits in it.

    A link that would be too long carries the subject alone: a text cut short would say another
    thing than the whole.

    >>> link("a@b.example", "Facture & rappel", "Un\\ndeux")
    ('mailto:a@b.example?subject=Facture%20%26%20rappel&body=Un%0D%0Adeux', True)
    """
    if not is_address(to):
        raise ValueError(f"{to[:80]!r} is no e-mail address")
    head = f"mailto:{quote(to, safe='@')}?subject={quote(clean(subject)[:200], safe='')}"
    body = quote("\r\n".join(text.splitlines()), safe="")
    whole = f"{head}&body={body}"
    return (whole, True) if len(whole) <= MAILTO_MOST else (head, False)
