"""The letter that asks whether the address really wants the digest."""

from datetime import datetime

from chipwire.domain import Letter, Reader
from chipwire.send import envelope, render
from chipwire.send.render import Sender
from chipwire.send.tokens import CONFIRM
from chipwire.send.words import choose


def confirmation(reader: Reader, sender: Sender, now: datetime) -> Letter:
    """A letter for the outbox, with a link that is good for CONFIRM from `now`; nobody else can have asked for it."""
    assert reader.id is not None
    words = choose(sender.words, reader.locale)
    day, key = now.date(), f"{now:%H%M%S}"
    subject = words.say("confirm_subject", email=reader.email)
    name = envelope.message_id(reader, day, "confirm", key, sender.domain)
    frame = {"say": words.say, "words": words, "subject": subject, "link": sender.links.confirm(reader, now)}
    headers = [
        ("From", sender.address),
        ("To", reader.email),
        ("Subject", subject),
        ("Message-ID", name),
        ("Auto-Submitted", "auto-generated"),
    ]
    parts = [
        envelope.part("text/plain", render.page("confirm.txt", frame)),
        envelope.part("text/html", render.page("confirm.html", frame)),
    ]
    return Letter(
        reader_id=reader.id,
        local_date=day,
        kind="confirm",
        key=key,
        message_id=name,
        subject=subject,
        body=envelope.seal(headers, parts, now, sender.dkim),
        queued_at=now,
        next_try=now,
        expires_at=now + CONFIRM,
    )
