"""What `chipwire doctor` looks at on the way out: the mail server, the signature, the address, waiting letters."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chipwire.cli import letters
from chipwire.cli.doctor import Finding
from chipwire.cli.output import counted
from chipwire.errors import ConfigError

if TYPE_CHECKING:
    from chipwire.config import Settings
    from chipwire.keep.db import Connection

WAIT = 5.0
"""Seconds for the mail server to answer each time."""
LATE = timedelta(hours=1)
LATELY = timedelta(days=7)
_TRIAL = b"From: chipwire <a@example.org>\r\nTo: b@example.org\r\nSubject: trial\r\n\r\nA trial.\r\n"


def server(settings: "Settings") -> Iterator[Finding]:
    """As for a letter: name resolved, connected, TLS shaken hands on, logged in, sender accepted."""
    from chipwire.send import receipts, smtp

    mailer = letters.mailer(settings)
    if mailer is None:
        says = "no mail server is set: digests wait in the outbox"
        yield Finding("mail", "hint", says, "set CHIPWIRE_SMTP_HOST and CHIPWIRE_MAIL_FROM to send them")
        return
    place = f"{settings.smtp_host}:{settings.smtp_port} ({settings.smtp_security})"
    if wrong := smtp.probe(replace(mailer.server, timeout=WAIT)):
        do = "check CHIPWIRE_SMTP_HOST, _PORT, _SECURITY, _USER, _PASSWORD, _CA_FILE, CHIPWIRE_MAIL_FROM, firewall"
        yield Finding("mail", "broken", wrong, do)
    else:
        yield Finding("mail", "good", f"{place} takes our letters from {mailer.server.envelope_from}")
    if mailer.mailbox and receipts.arrived(replace(mailer.mailbox, timeout=WAIT), []) is None:
        says = f"the receipt mailbox at {settings.imap_host}:{settings.imap_port} cannot be read"
        yield Finding("receipts", "broken", says, "check CHIPWIRE_IMAP_HOST, _PORT, _SECURITY, _USER, _PASSWORD")


def dkim(settings: "Settings") -> Iterator[Finding]:
    """Does the key load and sign?"""

    try:
        signer = letters.signer(settings)
    except ConfigError as error:
        yield Finding("dkim", "broken", str(error), "set all three to one key, or none of them")
        return
    if signer is None:
        yield Finding("dkim", "good", "off: chipwire does not sign letters; the mail server may")
        return
    try:
        signer.sign(_TRIAL)
    except Exception as error:
        says = f"{settings.dkim_key_file} is no key to sign with: {error}"
        yield Finding("dkim", "broken", says, "point CHIPWIRE_DKIM_KEY_FILE at an RSA private key, PEM")
        return
    yield Finding("dkim", "good", f"signs; the public key belongs at {signer.selector}._domainkey.{signer.domain}")


def address(settings: "Settings") -> Iterator[Finding]:
    """What letters say of where they come from."""
    if not settings.smtp_host:
        yield Finding("address", "good", settings.public)
        return
    if urlsplit(settings.public).hostname in ("127.0.0.1", "localhost", "::1"):
        says = f"letters link to {settings.public}, which readers cannot reach, so nobody can unsubscribe"
        yield Finding("address", "broken", says, "set CHIPWIRE_BASE_URL to the public address")
    elif parseaddr(settings.mail_from)[1].endswith("localhost.localdomain"):
        says = f"letters come from {settings.mail_from}"
        yield Finding("address", "broken", says, "set CHIPWIRE_MAIL_FROM to an address that can be answered")
    else:
        yield Finding("address", "good", f"{settings.public}, letters from {settings.mail_from}")


def outbox(c: "Connection", now: datetime) -> Iterator[Finding]:
    """Letters that wait longer than they should, and why."""
    from chipwire.keep.people import letters as keep
    from chipwire.keep.people import readers
    from chipwire.keep.sql import meta
    from chipwire.pipeline.sending import STOPPED

    states = keep.states(c)
    if stop := meta.get(c, STOPPED):
        since, _, why = stop.partition(" ")
        yield Finding("outbox", "broken", f"sending stopped at {since}: {why}", "mend that; it goes on by itself")
    if states.get("unknown"):
        says = f"{counted(states['unknown'], 'letter')} may or may not have arrived"
        do = "`chipwire digest list --state unknown` shows them, `chipwire digest release --all` sends them again;"
        do += " CHIPWIRE_RECEIPT_ADDRESS settles such by itself"
        yield Finding("outbox", "hint", says, do)
    if gone := [row["email"] for row in readers.suppressions(c) if now - row["at"] < LATELY]:
        says = f"mail servers refused for good, within a week: {', '.join(gone[:3])}" + ("…" if gone[3:] else "")
        do = "nothing more goes there; `chipwire readers suppressed` lists them all and says why"
        yield Finding("outbox", "hint", says, do)
    waiting = sum(states.get(state, 0) for state in keep.WAITING)
    if waiting and (oldest := keep.oldest(c)) and now - oldest > LATE:
        says = f"waiting: {counted(waiting, 'letter')}, the oldest since {oldest:%Y-%m-%d %H:%M} UTC"
        yield Finding("outbox", "hint", says, "see `mail` and `clock`; what is not sent goes into the next letter")
    else:
        yield Finding("outbox", "good", f"waiting: {counted(waiting, 'letter')}, sent: {states.get('sent', 0)}")
