"""Days of news through store, composition and outbox: nothing lost, nothing twice, whatever happens to a letter."""

from datetime import timedelta

from chipwire.domain import Evidence, FeedEvent, FeedHealth, Figure, Placement
from chipwire.keep.db import Store
from chipwire.keep.news import stories
from chipwire.keep.people import digests as window_of
from chipwire.keep.people import letters, outbox, readers
from chipwire.keep.sources import feeds
from chipwire.pipeline.digests import Desk, preview, queue_digests
from tests.send.conftest import NOW, Publish, Subscribe
from tests.send.letters import leave, told

DAY = timedelta(days=1)


def test_ten_days_without_repetition(store: Store, desk: Desk, publish: Publish, subscribe: Subscribe) -> None:
    """Every day a new story, a copy of yesterday's, and every third day something new in an old one."""
    reader = subscribe("alice")
    events: list[int] = []
    texts = []
    for n in range(10):
        now = NOW + n * DAY
        at = now - timedelta(hours=3)
        events.append(publish(f"Event number {n:02} happens at the chip plant", at=at))
        if n:
            publish(f"Event number {n - 1:02} retold", at=at, feed="f1", joins=events[n - 1], link="copy")
        if n % 3 == 2:
            figure = Figure(text=f"{n}00,000 units", value_low=n * 1e5, value_high=n * 1e5, unit="units")
            publish(
                f"Event number {n - 2:02} grows",
                at=at,
                feed="f2",
                joins=events[n - 2],
                link="rewrite",
                figures=[figure],
            )
        assert queue_digests(store, desk, now).letters == 1
        leave(store)
        texts.append(told(store, reader, (now + timedelta(hours=7)).date()))
    for n in range(10):
        first = [text for text in texts if f"* Event number {n:02} happens" in text]
        assert len(first) == 1, "told as new exactly once"
        assert not any(f"Event number {n:02} retold" in text.replace("Also", "") for text in texts)
        updates = [text for text in texts if f"Update: Event number {n:02} grows" in text]
        assert len(updates) == (n % 3 == 0 and n < 8)
        assert all("New: " in text for text in updates)


def test_what_merges_is_not_told_again_and_what_parts_is_told_once_unless_its_headline_was(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe
) -> None:
    reader = subscribe("alice")
    first, other = publish("A fab burns"), publish("A second fab stops")
    more = publish("Smoke over the fab", feed="f1", joins=first)
    assert queue_digests(store, desk, NOW).letters == 1
    leave(store)
    with store.write() as c:
        stories.apply(c, [Placement(item_id=more, story_id=more), Placement(item_id=other, story_id=first)], NOW)
    publish("Smoke over the fab", feed="f2", joins=more, link="copy", at=NOW + DAY / 2)
    publish("A second fab stops", feed="f3", joins=first, link="copy", at=NOW + DAY / 2)
    publish("An unheard fab opens", feed="f3", at=NOW + DAY / 2)
    assert queue_digests(store, desk, NOW + DAY).letters == 1
    text = told(store, reader, (NOW + DAY).date())
    assert "An unheard fab opens" in text
    assert text.count("* Smoke over the fab") == 1, "another event, as it turned out, that no letter has shown"
    assert "fab stops" not in text
    leave(store)
    publish("Smoke over the fab", feed="f4", joins=more, link="copy", at=NOW + DAY * 3 / 2)
    publish("Nothing of that", feed="f4", at=NOW + DAY * 3 / 2)
    assert queue_digests(store, desk, NOW + 2 * DAY).letters == 1
    assert "Smoke" not in told(store, reader, (NOW + 2 * DAY).date())


def test_must_7_bytes_are_frozen_and_the_same_store_gives_the_same(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe
) -> None:
    reader = subscribe("alice")
    for n in range(5):
        publish(f"Event number {n} happens at the chip plant")
    assert preview(store, desk, reader, NOW).body == preview(store, desk, reader, NOW).body
    queue_digests(store, desk, NOW)
    with store.read() as c:
        queued = letters.get(c, 1)
    assert queued.body, "frozen when queued"


def test_a_stored_figure_comes_with_its_qualifier_and_a_term_as_it_is_written(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe
) -> None:
    figure = Figure(text="35万颗", value_low=350_000, value_high=350_000, unit="units", qualifier="up_to")
    evidence = Evidence(slug="bytedance", alias="字节跳动", start=0, end=4, zone="title", rule="unique")
    publish("字節跳動研發晶片", figures=[figure], evidence=[evidence])
    letter = preview(store, desk, subscribe("alice"), NOW)
    for form in (letter.text, letter.html or ""):
        assert "Figures: up to 350,000 units" in form
        assert "“字節跳動” in the headline" in form


def test_must_11_an_empty_day_sends_nothing_but_is_on_record(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe
) -> None:
    subscribe("alice", companies=["baidu"]), subscribe("bob", companies=["baidu"], all_quiet=True)
    publish("Nothing about the search firm", about=("samsung",))
    queued = queue_digests(store, desk, NOW)
    assert (queued.letters, queued.empty) == (1, 1)
    with store.read() as c:
        assert letters.states(c) == {"skipped_empty": 1, "pending": 1}
    assert queue_digests(store, desk, NOW).letters == 0


def test_must_11_if_every_feed_fails_the_operator_hears_and_not_the_readers(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe
) -> None:
    subscribe("alice")
    publish("Something happened before")
    with store.write() as c:
        for feed, state in feeds.listing(c):
            state = state.model_copy(update={"failing_since": NOW - DAY})
            event = {"feed_id": feed.id, "at": NOW, "outcome": "failed"}
            feeds.save(c, state, FeedEvent.model_validate(event))
    queued = queue_digests(store, desk, NOW)
    assert queued.letters == 0
    assert queued.alarm
    with store.read() as c:
        assert len(window_of.health(c).failed) == 6


def test_a_letter_counts_no_feed_as_answering_that_was_never_asked(store: Store) -> None:
    with store.write() as c:
        asked, never = feeds.listing(c)[:2]
        event = {"feed_id": asked[0].id, "at": NOW, "outcome": "new"}
        feeds.save(c, asked[1].model_copy(update={"last_checked": NOW}), FeedEvent.model_validate(event))
    with store.read() as c:
        assert window_of.health(c) == FeedHealth(1)
    assert never[1].last_checked is None


def test_what_was_never_delivered_is_told_again(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe
) -> None:
    reader = subscribe("alice")
    publish("Story that got stuck")
    queue_digests(store, desk, NOW)
    publish("Story of the next day", at=NOW + timedelta(hours=20))
    assert queue_digests(store, desk, NOW + DAY).letters == 1
    text = told(store, reader, (NOW + DAY).date())
    assert "* Story that got stuck" in text
    assert "Story of the next day" in text
    with store.read() as c:
        assert letters.states(c) == {"expired": 1, "pending": 1}


def test_leaving_cancels_what_has_not_left(store: Store, desk: Desk, publish: Publish, subscribe: Subscribe) -> None:
    reader = subscribe("alice")
    publish("Story for nobody")
    queue_digests(store, desk, NOW)
    with store.write() as c:
        claimed = outbox.claim(c, NOW)
        readers.set_status(c, reader.id or 0, "unsubscribed")
        assert claimed is not None
        assert not outbox.in_data(c, claimed[0].id or 0, NOW), "even when a sender has it in hand"
        assert outbox.claim(c, NOW) is None
    assert queue_digests(store, desk, NOW + DAY).letters == 0
