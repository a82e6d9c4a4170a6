"""Looking at readers and their letters in the store, and links as paths."""

from datetime import date, timedelta

from chipwire.domain import Letter, Reader
from chipwire.keep.db import Store
from chipwire.keep.people import letters, readers
from tests.serve.subscribe.conftest import NOW


def status(store: Store, email: str = "alice@chipwire.test") -> str | None:
    with store.read() as c:
        found = readers.find(c, email)
    return found.status if found else None


def queued(store: Store) -> list[Letter]:
    with store.read() as c:
        return letters.listing(c)


def letter_to(reader: Reader, day: date = date(2026, 11, 23), body: bytes = b"x") -> Letter:
    return Letter(
        reader_id=reader.id or 0, local_date=day, message_id=f"<{reader.id}.{day}@chipwire.test>", subject="s",
        body=body, queued_at=NOW, next_try=NOW, expires_at=NOW + timedelta(days=1),
    )  # fmt: skip


def path(link: str) -> str:
    return link.removeprefix("http://chipwire.test")
