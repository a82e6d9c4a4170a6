"""The receipt and bounce mailbox, read over IMAP: what certainly arrived, and what certainly did not."""

import imaplib
import re
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Literal

_ORIGINAL = re.compile(rb"^message-id:\s*(<[^>\r\n]+>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Mailbox:
    """An IMAP account; its INBOX gets a copy of every letter, and the bounces."""

    host: str
    port: int
    user: str
    password: str
    security: Literal["tls", "none"] = "tls"
    ca_file: Path | None = None
    timeout: float = 30.0


@dataclass(frozen=True)
class Bounce:
    """One failed recipient of a delivery status notification; `message_id` is that of the letter it speaks of."""

    message_id: str
    recipient: str
    status: str
    diagnostic: str


def arrived(mailbox: Mailbox, message_ids: Iterable[str]) -> set[str] | None:
    """Which of these letters the mailbox holds; None when it cannot be asked."""
    try:
        with _open(mailbox) as imap:
            return {name for name in message_ids if _search(imap, "HEADER", "Message-ID", f'"{name}"')}
    except (OSError, imaplib.IMAP4.error):
        return None


def bounces(mailbox: Mailbox) -> list[Bounce] | None:
    """What unread delivery status notifications say; they are marked as read. None when the mailbox cannot be asked."""
    found: list[Bounce] = []
    try:
        with _open(mailbox) as imap:
            for number in _search(imap, "UNSEEN", "HEADER", "Content-Type", "multipart/report"):
                _, parts = imap.fetch(number, "(RFC822)")
                found += [b for part in parts if isinstance(part, tuple) for b in failures(part[1])]
    except (OSError, imaplib.IMAP4.error):
        return None
    return found


def failures(notification: bytes) -> list[Bounce]:
    """The failed recipients of one notification (RFC 3464); empty when it is none or does not say which letter."""
    message = message_from_bytes(notification)
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return []
    parts = [part for part in message.walk() if part is not message]
    name = next((found for part in parts if (found := _original(part))), None)
    status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if name is None or status is None:
        return []
    return [
        Bounce(
            name,
            (block.get("Original-Recipient") or block.get("Final-Recipient") or "").rpartition(";")[2].strip().lower(),
            str(block.get("Status", "")).split(" ")[0],
            str(block.get("Diagnostic-Code", ""))[:500],
        )
        for block in status.get_payload()
        if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed"
    ]


def _original(part: Message) -> str | None:
    if part.get_content_type() not in ("message/rfc822", "text/rfc822-headers"):
        return None
    found = _ORIGINAL.search(part.as_bytes().partition(b"\n\n")[2])
    return found.group(1).decode("ascii", "replace") if found else None


def _open(mailbox: Mailbox) -> imaplib.IMAP4:
    imap: imaplib.IMAP4
    if mailbox.security == "tls":
        context = ssl.create_default_context(cafile=mailbox.ca_file)
        imap = imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=context, timeout=mailbox.timeout)
    else:
        imap = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=mailbox.timeout)
    imap.login(mailbox.user, mailbox.password)
    imap.select("INBOX")
    return imap


def _search(imap: imaplib.IMAP4, *criteria: str) -> list[str]:
    _, data = imap.search(None, *criteria)
    return data[0].decode().split() if data and data[0] else []
