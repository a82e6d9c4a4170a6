"""The outbox by itself: one row per reader and date, states that only move forward, and what a crash leaves."""

from datetime import timedelta
from typing import Any

import pytest

from chipwire.domain import Letter, Reader, Told, utc
from chipwire.errors import BadQuery
from chipwire.keep.db import Connection, Store
from chipwire.keep.people import letters, outbox, readers

NOW = utc(2026, 11, 23, 7)
DAY = timedelta(days=1)


@pytest.fixture
def alice(store: Store) -> Reader:
    with store.write() as c:
        return readers.add(c, Reader(email="alice@chipwire.test", created=NOW))


def letter(reader: Reader, days: int = 0, **given: Any) -> Letter:
    day = (NOW + days * DAY).date()
    fields: dict[str, Any] = {
        "reader_id": reader.id, "local_date": day, "message_id": f"<{reader.id}.{day}.{given.get('kind')}@x.test>",
        "subject": "s", "body": b"frozen", "queued_at": NOW, "next_try": NOW, "expires_at": NOW + DAY, "high_item": 9,
    }  # fmt: skip
    return Letter(**(fields | given))


def state(store: Store, number: int) -> str:
    with store.read() as c:
        return letters.get(c, number).state


def test_a_letter_that_has_left_takes_little_room(store: Store, alice: Reader) -> None:
    body = b"Subject: s\r\n\r\n" + b"".join(b"<p>story %d</p>\r\n" % n for n in range(1000))
    with store.write() as c:
        number = outbox.queue(c, letter(alice, body=body)) or 0
        outbox.settle(c, number, "unknown", NOW)
        assert _room(c) == len(body), "it may have to be sent again as it is"
        for _ in range(2):
            outbox.settle(c, number, "sent", NOW)
            assert letters.get(c, number).body == body
        assert _room(c) < len(body) / 4
        found = letters.find(c, alice.id or 0, NOW.date())
        assert found is not None
        assert found.body == body


def _room(c: Connection) -> int:
    return int(c.exec_driver_sql("SELECT sum(length(body)) FROM letter").scalar_one())


def test_one_row_for_a_reader_and_date(store: Store, alice: Reader) -> None:
    with store.write() as c:
        first = outbox.queue(c, letter(alice, body=b"first"))
        assert outbox.queue(c, letter(alice, body=b"second")) is None
        assert outbox.queue(c, letter(alice, 1)) is not None
        assert letters.get(c, first or 0).body == b"first", "frozen"
        assert letters.last_dates(c, NOW + DAY) == {alice.id: (NOW + DAY).date()}


def test_an_undelivered_letter_gives_back_what_it_told(store: Store, alice: Reader) -> None:
    with store.write() as c:
        first = outbox.queue(c, letter(alice, low_item=1, high_item=5), [Told(2, 4)])
        outbox.settle(c, first or 0, "sent", NOW)
        second = outbox.queue(c, letter(alice, 1, low_item=5, high_item=9), [Told(2, 7), Told(8, 8)])
        assert letters.told(c, alice.id or 0) == {2: 7, 8: 8}
        assert readers.get(c, alice.id or 0).watermark == 9
        outbox.settle(c, second or 0, "failed", NOW)
        assert letters.told(c, alice.id or 0) == {2: 4}
        assert readers.get(c, alice.id or 0).watermark == 5


def test_recovery_puts_back_what_was_claimed_and_doubts_what_was_in_data(store: Store, alice: Reader) -> None:
    with store.write() as c:
        numbers = [outbox.queue(c, letter(alice, day)) or 0 for day in range(3)]
        for _ in range(2):
            assert outbox.claim(c, NOW) is not None
        assert outbox.in_data(c, numbers[1], NOW)
        assert outbox.recover(c, NOW) == (1, 1)
    assert [state(store, number) for number in numbers] == ["pending", "unknown", "pending"]


def test_claims_come_in_order_and_only_when_due(store: Store, alice: Reader) -> None:
    with store.write() as c:
        outbox.queue(c, letter(alice, 0, next_try=NOW + timedelta(minutes=5)))
        second = outbox.queue(c, letter(alice, 1))
        assert letters.due(c, NOW) == 1
        claimed = outbox.claim(c, NOW)
        assert claimed is not None
        assert (claimed[0].id, claimed[0].tries, claimed[1]) == (second, 1, "alice@chipwire.test")
        assert outbox.claim(c, NOW) is None
        assert outbox.claim(c, NOW + DAY) is None, "expired letters are not claimed"
        assert outbox.expire(c, NOW + DAY) == 1


def test_only_unknown_letters_are_released(store: Store, alice: Reader) -> None:
    with store.write() as c:
        number = outbox.queue(c, letter(alice)) or 0
        with pytest.raises(BadQuery):
            outbox.release(c, number, NOW)
        outbox.settle(c, number, "unknown", NOW)
        assert outbox.release(c, number, NOW).state == "pending"


def test_old_bytes_are_dropped_and_rows_stay(store: Store, alice: Reader) -> None:
    with store.write() as c:
        sent, waiting = (outbox.queue(c, letter(alice, day)) or 0 for day in range(2))
        outbox.settle(c, sent, "sent", NOW)
        assert outbox.forget(c, NOW + outbox.KEPT + DAY) == 1
        assert (letters.get(c, sent).body, letters.get(c, waiting).body) == (b"", b"frozen")


def test_what_was_told_long_ago_is_forgotten(store: Store, alice: Reader) -> None:
    """Letters come for years; what a story of two months ago told is asked for no more."""
    with store.write() as c:
        for day in (0, 50):
            outbox.queue(
                c, letter(alice, day).model_copy(update={"queued_at": NOW + day * DAY}), [Told(day + 1, day + 1)]
            )
        outbox.forget(c, NOW + outbox.TOLD + DAY)
        assert letters.told(c, alice.id or 0) == {51: 51}


def test_only_one_may_send(store: Store) -> None:
    with outbox.alone(store) as first:
        assert first
        with outbox.alone(store) as second:
            assert not second
    with outbox.alone(store) as third:
        assert third


@pytest.mark.sqlite
def test_a_durable_commit_waits_for_the_disk(store: Store) -> None:
    """synchronous=FULL (2) inside, NORMAL (1) again for the next user of the connection."""
    with store.write(durable=True) as c:
        assert c.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    with store.write() as c:
        assert c.exec_driver_sql("PRAGMA synchronous").scalar() == 1
