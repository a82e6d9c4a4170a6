"""A report that its outlet changes after a letter told it is told once more, with what it said before; and no other."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chipwire.domain import Entry, Placement, Read, Reader
from chipwire.enrich.tagger import Tagger
from chipwire.keep.db import Store
from chipwire.keep.news import corrections, items, stories
from chipwire.keep.people import alerts, letters, outbox, readers
from chipwire.pipeline import corrected
from chipwire.pipeline.alerts import queue_alerts
from chipwire.pipeline.desk import Desk
from chipwire.pipeline.digests import preview, queue_digests
from tests.send.conftest import DATA, NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TITLE, RIGHT = "Samsung to spend 4 trillion won on HBM4", "Samsung to spend 400 billion won on HBM4"
TEXT = "The company has said so. The line stands in Pyeongtaek."
Give = Callable[..., int]
Subscribe = Callable[..., Reader]


@pytest.fixture
def give(store: Store, shipped_tagger: Tagger) -> Give:
    """A feed shows a report as it stands, for the first time or again; returns its item."""
    times = iter(range(10**6))

    def put(title: str, text: str = TEXT, *, uid: str = "1", feed: str = "f0", joins: int | None = None,
            at: Any = NOW - HOUR) -> int:  # fmt: skip
        url = f"https://{feed}.example/{uid}"
        entry = Entry(uid=uid, url=url, title=title, text=text)
        read = Read(
            entry=entry, url=url, content_hash=str(next(times)), tags=shipped_tagger.tag(title, text, lang="en")
        )
        with store.write() as c:
            added = items.add(c, feed, [read], at)
            corrected.note(c, added.changed, DATA, at)
            if added.changed:
                return added.changed[0].item_id
            item = added.new[0][0]
            stories.apply(c, [Placement(item_id=item, story_id=joins or item)], at)
            return item

    return put


def deliver(store: Store, desk: Desk, day: int = 0, state: str = "sent") -> str:
    """The text of the day's digest to the only reader, which is then sent, or not; empty where none was due."""
    with store.read() as c:
        reader = readers.listing(c)[0]
        text = preview(store, desk, reader, NOW + day * DAY).text
    queued = queue_digests(store, desk, NOW + day * DAY)
    with store.write() as c:
        for letter in letters.listing(c, state="pending"):
            outbox.settle(c, letter.id or 0, state, NOW + day * DAY)  # type: ignore[arg-type]
    return text if queued.letters else ""


@pytest.fixture
def told(store: Store, desk: Desk, give: Give, subscribe: Subscribe) -> Reader:
    """A reader of Samsung who was told of the four trillion this morning."""
    reader = subscribe("alice", companies=["samsung"])
    give(TITLE)
    assert TITLE in deliver(store, desk)
    return reader


def test_it_is_told_once_more_with_what_it_said_before(store: Store, desk: Desk, give: Give, told: Reader) -> None:
    give(RIGHT, at=NOW + 3 * HOUR)
    letter = deliver(store, desk, 1)
    assert f"* Correction: {RIGHT}" in letter
    assert f"Corrected Nov 23, 5:00\u202fPM. Before: “{TITLE}”" in letter
    assert TEXT.split(". ")[0] in letter
    assert "1 report → 1 story" in letter
    with store.read() as c:
        head = letters.listing(c, told.id)[0]
    assert head.subject.startswith("Correction: Samsung to spend 400 billion")
    assert deliver(store, desk, 2) == "", "once"


def test_other_words_are_not_told(store: Store, desk: Desk, give: Give, told: Reader) -> None:
    give("Samsung to spend 4 trillion won on HBM4 line", at=NOW + HOUR)
    give(TITLE, TEXT + " It opens in May, with 300 people.", at=NOW + 2 * HOUR)
    assert deliver(store, desk, 1) == ""


def test_a_sentence_of_the_text_is_quoted_as_it_is_and_was(
    store: Store, desk: Desk, give: Give, subscribe: Subscribe
) -> None:
    subscribe("alice", companies=["samsung"])
    give("Samsung builds an HBM line", "It opens in May. Samsung will spend 4 trillion won on the line.")
    deliver(store, desk)
    give("Samsung builds an HBM line", "It opens in May. Samsung will spend 400 billion won on the line.")
    letter = deliver(store, desk, 1)
    assert "  Samsung will spend 400 billion won on the line.\n" in letter
    assert "Before: “Samsung will spend 4 trillion won on the line.”" in letter


def test_a_denial_that_was_added_is_an_update(store: Store, desk: Desk, give: Give, told: Reader) -> None:
    give(TITLE, TEXT + " Samsung denied the report.", at=NOW + HOUR)
    letter = deliver(store, desk, 1)
    assert f"* Update: {TITLE}\n  Samsung denied the report.\n" in letter
    assert "Before" not in letter


def test_who_was_not_told_hears_only_how_it_stands(store: Store, desk: Desk, give: Give, subscribe: Subscribe) -> None:
    subscribe("alice", companies=["samsung"])
    give(TITLE)
    give(RIGHT)
    letter = deliver(store, desk)
    assert f"* {RIGHT}" in letter
    assert "4 trillion" not in letter
    assert deliver(store, desk, 1) == ""


def test_another_outlets_report_that_the_letter_did_not_show_is_not_told(
    store: Store, desk: Desk, give: Give, subscribe: Subscribe
) -> None:
    subscribe("alice", companies=["samsung"])
    first = give(TITLE)
    give("HBM4: Samsung's 4 trillion won", uid="2", feed="f1", joins=first)
    assert TITLE in deliver(store, desk)
    give("HBM4: Samsung's 5 trillion won", uid="2", feed="f1", at=NOW + HOUR)
    assert deliver(store, desk, 1) == ""


def test_a_company_that_was_named_by_mistake_is_where_its_reader_looks(
    store: Store, desk: Desk, give: Give, told: Reader
) -> None:
    give(TITLE.replace("Samsung", "SK hynix"), at=NOW + HOUR)
    letter = deliver(store, desk, 1)
    assert "Samsung (1)" in letter
    assert "* Correction: SK hynix to spend 4 trillion won" in letter


def test_two_corrections_in_one_window_are_one_line(store: Store, desk: Desk, give: Give, told: Reader) -> None:
    """Before stands what the reader was told, not what stood between."""
    give(TITLE.replace("4 trillion", "3 trillion"), at=NOW + HOUR)
    give(RIGHT, at=NOW + 2 * HOUR)
    letter = deliver(store, desk, 1)
    assert letter.count("Correction:") == 1
    assert f"Before: “{TITLE}”" in letter


def test_caches_that_do_not_agree_tell_it_once(store: Store, desk: Desk, give: Give, told: Reader) -> None:
    for hour in range(1, 7):
        give(RIGHT if hour % 2 else TITLE, at=NOW + hour * HOUR)
    assert deliver(store, desk, 1).count("Correction:") == 1
    give(RIGHT, at=NOW + DAY + HOUR)
    assert deliver(store, desk, 2) == ""


def test_a_letter_that_never_arrived_has_told_nothing(store: Store, desk: Desk, give: Give, told: Reader) -> None:
    give(RIGHT, at=NOW + HOUR)
    assert "Correction:" in deliver(store, desk, 1, "failed")
    assert "Correction:" in deliver(store, desk, 2)
    assert deliver(store, desk, 3) == ""


def test_what_came_besides_stands_below(store: Store, desk: Desk, give: Give, told: Reader) -> None:
    with store.read() as c:
        first = corrections.between(c, 0, 10)
    assert first == []
    give(RIGHT, at=NOW + HOUR)
    give("Samsung adds 20,000 wafers a month", uid="2", feed="f1", joins=1, at=NOW + 2 * HOUR)
    letter = deliver(store, desk, 1)
    assert f"* Correction: {RIGHT}" in letter
    assert "Update: Samsung adds 20,000 wafers a month" in letter


def test_an_alert_told_is_corrected_by_an_alert(store: Store, desk: Desk, give: Give, subscribe: Subscribe) -> None:
    reader = subscribe("alice", companies=["nvidia"])
    with store.write() as c:
        alerts.add(c, reader.id or 0, "HBM4", {"q": "HBM4"}, True, NOW)
    give(TITLE, at=NOW)
    assert queue_alerts(store, desk, NOW) == 1
    give(RIGHT, at=NOW + HOUR)
    assert queue_alerts(store, desk, NOW + 2 * HOUR) == 1
    with store.read() as c:
        assert letters.listing(c, reader.id)[0].subject.startswith("Alert: Correction: Samsung")
    give(RIGHT, TEXT + " It is large.", at=NOW + 3 * HOUR)
    assert queue_alerts(store, desk, NOW + 4 * HOUR) == 0
    assert deliver(store, desk, 1) == "", "nor does the digest tell it again"


def test_every_language_of_letters_says_it(store: Store, desk: Desk, give: Give, told: Reader) -> None:
    give(RIGHT, at=NOW + HOUR)
    for tag, words in desk.sender.words.items():
        with store.write() as c:
            reader = readers.change(c, told.id or 0, locale=tag)
        text = preview(store, desk, reader, NOW + DAY).text.translate({0x2068: None, 0x2069: None})
        assert f"{words.say('correction')}{words.colon}{RIGHT}" in text, tag
        assert TITLE in text, tag
