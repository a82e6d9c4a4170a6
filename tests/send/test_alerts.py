"""Saved searches: at once or within the digest, to whom they belong and who is still there."""

import re
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from chipwire.domain import Reader
from chipwire.errors import BadQuery
from chipwire.keep.db import Store
from chipwire.keep.people import alerts, readers
from chipwire.pipeline.alerts import GOOD_FOR, queue_alerts
from chipwire.pipeline.desk import Desk
from chipwire.pipeline.digests import queue_digests
from tests.send.conftest import NOW, Publish, Search, Subscribe
from tests.send.letters import parsed, sent, text_of

HOUR = timedelta(hours=1)


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
    [link] = re.findall(r"https?://\S+/search\?\S+", text_of(sent(store)[0]))
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
    message, text = parsed(letter.body), text_of(letter)
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
    text = text_of(sent(store, "digest")[0])
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
    texts = [text_of(letter) for letter in sorted(sent(store, "digest"), key=lambda one: one.reader_id)]
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
