"""Letters of the tests, taken out of the store and read."""

import base64
import subprocess
from datetime import date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from chipwire.domain import Digest, Letter, LetterState, Reader
from chipwire.keep.db import Store
from chipwire.keep.people import letters, outbox
from chipwire.send.envelope import Dkim
from tests.send.conftest import NOW


def titles(digest: Digest) -> list[str]:
    return [line.report.title for line in digest.lines]


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(letter: Letter) -> str:
    part = parsed(letter.body).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def leave(store: Store, state: LetterState = "sent", now: datetime = NOW) -> None:
    """What waits is sent, or ends otherwise."""
    with store.write() as c:
        for letter in letters.listing(c, state="pending"):
            outbox.settle(c, letter.id or 0, state, now)


def sent(store: Store, kind: str = "alert") -> list[Letter]:
    """Letters of that kind with their bytes, oldest first."""
    with store.read() as c:
        return [letters.get(c, head.id or 0) for head in reversed(letters.listing(c)) if head.kind == kind]


def told(store: Store, reader: Reader, day: date) -> str:
    """The text of a day's letter."""
    with store.read() as c:
        letter = letters.find(c, reader.id or 0, day)
    assert letter is not None
    return text_of(letter)


def published(signer: Dkim) -> bytes:
    """The DNS record that goes with the key."""
    pem = subprocess.run(
        ["openssl", "rsa", "-pubout", "-outform", "DER"], input=signer.key, capture_output=True, check=True
    ).stdout
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(pem)
