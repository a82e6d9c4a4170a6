"""Nothing twice: what an alert told, what a digest told, what expired, and two that ask at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from chipwire.domain import Reader
from chipwire.keep.db import Store
from chipwire.keep.people import alerts, outbox
from chipwire.pipeline.alerts import GOOD_FOR, queue_alerts
from chipwire.pipeline.desk import Desk
from chipwire.pipeline.digests import queue_digests
from chipwire.send.compose import Catalogue
from tests.send.conftest import NOW, Publish, Search, Subscribe
from tests.send.letters import leave, sent, text_of

HOUR = timedelta(hours=1)


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
    first = text_of(letters[0])
    assert "HBM4 samples ship" in first
    assert "New packaging hall opens" in first
    lines = "\n".join(text_of(letter) for letter in letters).splitlines()
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
    text = text_of(sent(store, "digest")[-1])
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
    text = text_of(sent(store)[-1])
    assert "HBM4 samples ship" in text
    assert "HBM4 prices rise" in text


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
