"""Saved searches: at once but at most hourly, or within the digest; nothing twice, nothing lost."""

import email
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from chipwire.domain import Alert, Letter, Reader
from chipwire.errors import BadQuery
from chipwire.keep.db import Store
from chipwire.keep.people import alerts, letters, outbox, readers
from chipwire.pipeline.alerts import GOOD_FOR, queue_alerts
from chipwire.pipeline.desk import Desk
from chipwire.pipeline.digests import queue_digests
from chipwire.send.compose import Catalogue
from tests.send.conftest import NOW

Publish = Callable[..., int]
Subscribe = Callable[..., Reader]
Search = Callable[..., Alert]
HOUR = timedelta(hours=1)


@pytest.fixture
def search(store: Store) -> Search:
    def add(reader: Reader, q: str = "HBM4", at_once: bool = True, **more: object) -> Alert:
        with store.write() as c:
            return alerts.add(c, reader.id or 0, f"News of {q}", {"q": q, **more}, at_once, NOW)

    return add


@pytest.fixture
def settled(store: Store, desk: Desk, publish: Publish, subscribe: Subscribe) -> Reader:
    """A reader of one company who has had today's digest."""
    reader = subscribe("alice", companies=["bytedance"])
    publish("ByteDance plans its own inference chip")
    queue_digests(store, desk, NOW)
    leave(store)
    return reader


def leave(store: Store, state: str = "sent") -> None:
    with store.write() as c:
        for letter in letters.listing(c, state="pending"):
            outbox.settle(c, letter.id or 0, state, NOW)  # type: ignore[arg-type]


def sent(store: Store, kind: str = "alert") -> list[Letter]:
    """Letters of that kind with their bytes, oldest first."""
    with store.read() as c:
        return [letters.get(c, head.id or 0) for head in reversed(letters.listing(c)) if head.kind == kind]


def read(letter: Letter) -> tuple[EmailMessage, str]:
    message = email.message_from_bytes(letter.body, policy=default)
    assert isinstance(message, EmailMessage)
    part = message.get_body(("plain",))
    assert part is not None
    return message, str(part.get_content())


def test_what_a_letter_has_no_room_for_is_one_link_away(
    store: Store, desk: Desk, publish: Publish, settled: Reader, search: Search
) -> None:
    """The same question on the search page: a comma for OR, a parameter repeated for AND."""
    search(
        settled, q='"HBM4" OR 高带宽', companies=[["sk-hynix", "samsung"], ["nvidia"]], langs=[["en"]], roles=["about"]
    )
    about = ("sk-hynix", "nvidia")
    for number in range(45):
        publish(f"HBM4 order {number} of plant {number * 7}", about=about, at=NOW)
    assert queue_alerts(store, desk, NOW) == 1
    [link] = re.findall(r"https?://\S+/search\?\S+", read(sent(store)[0])[1])
    assert parse_qsl(urlsplit(link).query) == [
        ("company", "sk-hynix,samsung"), ("company", "nvidia"), ("lang", "en"), ("role", "about"),
        ("q", '"HBM4" OR 高带宽'),
    ]  # fmt: skip


def test_a_hit_is_sent_at_once_with_everything_a_letter_has(
    store: Store, desk: Desk, publish: Publish, settled: Reader, search: Search
) -> None:
    search(settled)
    publish("SK Hynix ships HBM4 samples", about=("sk-hynix",), at=NOW)
    publish("Samsung wins an order", about=("samsung",), at=NOW)
    assert queue_alerts(store, desk, NOW) == 1
    [letter] = sent(store)
    message, text = read(letter)
    assert letter.subject == "Alert: SK Hynix ships HBM4 samples · Nov 23, 2026, 2:00\u202fPM"
    assert str(message["Message-ID"]).startswith("<alert.20261123.")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "News of HBM4 (1)" in text
    assert "Saved search: News of HBM4" in text
    assert "SK Hynix ships HBM4 samples" in text
    assert "Samsung wins" not in text
    assert letter.expires_at == NOW + GOOD_FOR
    assert desk.sender.links.web(settled, letter.local_date, "alert", letter.key) in text
    assert queue_alerts(store, desk, NOW + 2 * HOUR) == 0, "nothing new"


def test_at_most_one_letter_an_hour_for_all_searches(
    store: Store, desk: Desk, publish: Publish, settled: Reader, search: Search
) -> None:
    search(settled), search(settled, "packaging")
    publish("HBM4 samples ship", about=("sk-hynix",), at=NOW)
    publish("New packaging hall opens", about=("tsmc",), at=NOW)
    for minutes in range(0, 200, 7):
        now = NOW + timedelta(minutes=minutes)
        publish(f"HBM4 report number {minutes}", about=("micron",), at=now)
        queue_alerts(store, desk, now)
    letters = sent(store)
    gaps = [b.queued_at - a.queued_at for a, b in pairwise(letters)]
    assert len(letters) == 4
    assert min(gaps) >= HOUR
    first = read(letters[0])[1]
    assert "HBM4 samples ship" in first
    assert "New packaging hall opens" in first
    lines = "\n".join(read(letter)[1] for letter in letters).splitlines()
    assert all(lines.count(f"* HBM4 report number {minutes}") == 1 for minutes in range(0, 182, 7)), "each once"


def test_what_an_alert_told_the_digest_does_not_tell_again(
    store: Store, desk: Desk, publish: Publish, settled: Reader, search: Search
) -> None:
    search(settled, "inference")
    publish("ByteDance tapes out its inference part", at=NOW + HOUR)
    assert queue_alerts(store, desk, NOW + HOUR) == 1
    leave(store)
    publish("ByteDance leases a campus", at=NOW + 2 * HOUR)
    queue_digests(store, desk, NOW + 24 * HOUR)
    text = read(sent(store, "digest")[-1])[1]
    assert "ByteDance leases a campus" in text
    assert "tapes out" not in text


def test_what_the_digest_told_an_alert_does_not_tell_again(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe, search: Search
) -> None:
    reader = subscribe("alice", companies=["bytedance"])
    search(reader, "inference")
    publish("ByteDance plans its own inference chip")
    queue_digests(store, desk, NOW)
    assert queue_alerts(store, desk, NOW) == 0


def test_an_alert_that_expired_is_written_anew(
    store: Store, desk: Desk, publish: Publish, settled: Reader, search: Search
) -> None:
    search(settled)
    publish("HBM4 samples ship", about=("sk-hynix",), at=NOW)
    queue_alerts(store, desk, NOW)
    with store.write() as c:
        outbox.expire(c, NOW + GOOD_FOR)
    publish("HBM4 prices rise", about=("micron",), at=NOW + GOOD_FOR)
    assert queue_alerts(store, desk, NOW + GOOD_FOR) == 1
    text = read(sent(store)[-1])[1]
    assert "HBM4 samples ship" in text
    assert "HBM4 prices rise" in text


@pytest.mark.parametrize("status", ["paused", "unsubscribed", "suppressed", "pending"])
def test_only_active_readers_are_alerted(
    store: Store, desk: Desk, publish: Publish, settled: Reader, search: Search, status: str
) -> None:
    search(settled)
    publish("HBM4 samples ship", about=("sk-hynix",), at=NOW)
    with store.write() as c:
        readers.set_status(c, settled.id or 0, status)  # type: ignore[arg-type]
    assert queue_alerts(store, desk, NOW) == 0


def test_leaving_cancels_alerts_too(
    store: Store, desk: Desk, publish: Publish, settled: Reader, search: Search
) -> None:
    search(settled)
    publish("HBM4 samples ship", about=("sk-hynix",), at=NOW)
    queue_alerts(store, desk, NOW)
    with store.write() as c:
        readers.set_status(c, settled.id or 0, "unsubscribed")
    assert [letter.state for letter in sent(store)] == ["cancelled"]


def test_a_daily_search_is_a_section_of_the_digest(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe, search: Search
) -> None:
    """It finds what the reader's companies, languages and role would not; what they find stays with them."""
    reader = subscribe("alice", companies=["bytedance"], languages=["de"], min_role="about")
    search(reader, at_once=False)
    publish("SK Hynix ships HBM4 samples", about=("sk-hynix",))
    publish("Samsung wins an order", about=("samsung",))
    assert queue_alerts(store, desk, NOW) == 0
    assert queue_digests(store, desk, NOW).letters == 1
    text = read(sent(store, "digest")[0])[1]
    assert "News of HBM4 (1)" in text
    assert "SK Hynix ships HBM4 samples" in text
    assert "Samsung wins" not in text


def test_two_readers_with_different_searches_get_different_letters(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe, search: Search
) -> None:
    alice, bob = subscribe("alice", companies=["bytedance"]), subscribe("bob", companies=["bytedance"])
    search(alice, at_once=False), search(bob, "packaging", at_once=False)
    publish("ByteDance plans its own inference chip")
    publish("SK Hynix ships HBM4 samples", about=("sk-hynix",))
    publish("New packaging hall opens", about=("tsmc",))
    queue_digests(store, desk, NOW)
    texts = [read(letter)[1] for letter in sorted(sent(store, "digest"), key=lambda one: one.reader_id)]
    assert [("HBM4 samples" in text, "packaging hall" in text) for text in texts] == [(True, False), (False, True)]


def test_searches_that_cannot_be(store: Store, settled: Reader, search: Search) -> None:
    with pytest.raises(BadQuery, match="never closed"):
        search(settled, '"HBM4')
    with pytest.raises(BadQuery, match="needs words"):
        search(settled, "")
    for n in range(alerts.MOST):
        search(settled, f"word{n}")
    with pytest.raises(BadQuery, match="most"):
        search(settled, "more")


def test_two_processes_that_ask_in_different_minutes_send_one_letter(
    store: Store, desk: Desk, publish: Publish, settled: Reader, search: Search
) -> None:
    """The clock and `chipwire digest send`: the second one is through before the first writes what it composed."""
    search(settled)
    publish("HBM4 samples ship", about=("sk-hynix",), at=NOW)
    queued: list[int] = []

    class Overtaken(Catalogue):
        def namer(self, *given: Any) -> Callable[[str], str]:
            if not queued:
                queued.append(queue_alerts(store, desk, NOW + timedelta(minutes=1)))
            return super().namer(*given)

    slow = Overtaken(desk.catalogue.companies, desk.catalogue.topics)
    assert queue_alerts(store, Desk(desk.sender, slow, desk.now), NOW) == 0
    assert queued == [1]
    assert len(sent(store)) == 1


def test_a_second_look_after_a_crash_queues_nothing_twice(
    store: Store, desk: Desk, publish: Publish, settled: Reader, search: Search
) -> None:
    """What was told counts, also where the search looks at the same items again."""
    found = search(settled)
    publish("HBM4 samples ship", about=("sk-hynix",), at=NOW)
    queue_alerts(store, desk, NOW)
    with store.write() as c:
        alerts.seen(c, [found], found.watermark)
    later: datetime = NOW + 2 * HOUR
    assert queue_alerts(store, desk, later) == 0, "told already"
    assert len(sent(store)) == 1
