"""What a reader left out stands in no letter, and counts for nothing there."""

import re
from datetime import timedelta
from typing import Any

from chipwire.domain import muted, muting
from chipwire.keep.db import Store
from chipwire.keep.people import alerts, letters, readers
from chipwire.pipeline.alerts import queue_alerts
from chipwire.pipeline.desk import Desk
from chipwire.pipeline.digests import preview, queue_digests
from chipwire.send.frame import MUTE
from chipwire.send.render import Sender, press
from tests.cases import every
from tests.send.conftest import NOW, reader, report, story
from tests.send.letters import titles

ONE = {"url": "https://www.tabloid.example/1"}


@every(
    ("said", "line"),
    [
        ("Tabloid.Example", "outlet:tabloid.example"),
        ("https://www.tabloid.example/news?page=2", "outlet:tabloid.example"),
        ("outlet:news.tabloid.example", "outlet:news.tabloid.example"),
        ("foldable  phone", "word:foldable phone"),
        ("word:web.de", "word:web.de"),
        ("折叠屏", "word:折叠屏"),
        ("story:048190", "story:48190"),
        ("AI: a survey", "word:AI: a survey"),
        ("3.5", "word:3.5"),
        ("a", None), ("", None), ("story:x", None), ("outlet:two words", None), ("word:" + "x" * 81, None),
        ("http://[", "word:http://["),
    ],
)  # fmt: skip
def test_what_somebody_writes_is_one_of_three(said: str, line: str | None) -> None:
    assert muting(said) == line
    assert line is None or muting(line) == line


def test_words_stand_whole_but_where_words_have_no_spaces() -> None:
    silenced = muted(("word:chip", "word:折叠", "word:삼성", "word:C++"))
    heard = ["The CHIP act", "chips", "微芯片折叠屏", "삼성전자가", "Learn C++ now", "microchip"]
    assert [silenced.headline(one) for one in heard] == [True, False, True, True, True, False]
    hosts = muted(("outlet:bild.de",))
    assert [hosts.outlet(one) for one in ("bild.de", "sport.bild.de", "abbild.de")] == [True, True, False]


def test_another_outlet_stands_for_the_story(composed: Any) -> None:
    told = story(report(1, "Loud", **ONE), report(2, "Calm"), report(3, "Calm too"))
    [line] = composed(told, who=reader(muted=["outlet:tabloid.example"])).lines
    assert (line.report.title, line.outlets, line.also) == ("Calm", 2, ("Outlet 3",))
    alone = story(report(1, "Loud", **ONE))
    assert composed(alone, who=reader(muted=["outlet:tabloid.example"])).empty
    assert titles(composed(alone)) == ["Loud"]


def test_no_headline_has_the_word(composed: Any) -> None:
    phone = story(report(1, "A foldable phone"))
    wafers = story(report(2, "More wafers"), report(3, "Wafers for a foldable", first_seen=NOW - timedelta(hours=1)))
    digest = composed(phone, wafers, who=reader(muted=["word:Foldable"]))
    assert titles(digest) == ["More wafers"]
    assert all(line.beside is None for line in digest.lines)


def test_a_story_is_over_under_whatever_id(composed: Any) -> None:
    for muted_id in (2, 7):
        told = story(report(2, "First"), report(7, "An update"), moved=((7, 7),))
        assert composed(told, who=reader(muted=[f"story:{muted_id}"])).empty


def test_each_story_has_its_signed_link(sender: Sender, composed: Any) -> None:
    digest = composed(story(report(2)), story(report(5)))
    done = press(digest, sender).address(reader())
    assert done.html is not None
    links = re.findall(r'href="(\S+/mute/\S+)"', done.html)
    assert links == [f"{sender.links.mute(reader())}/{number}" for number in (5, 2)]
    assert re.findall(r"No more on this: (\S+)", done.text) == links
    assert MUTE not in done.html + done.text


def test_letters_digests_and_alerts_alike(store: Store, desk: Desk, publish: Any, subscribe: Any) -> None:
    alice, bob = subscribe("alice", companies=["samsung"]), subscribe("bob", companies=["samsung"])
    with store.write() as c:
        alerts.add(c, alice.id or 0, "HBM4", {"q": "HBM4"}, True, NOW)
    first = publish("Samsung plans HBM4", about=("samsung",))
    with store.write() as c:
        alice = readers.mute_story(c, alice.id or 0, first)
    assert alice.muted == [f"story:{first}"]
    publish("Samsung plans a mine", about=("samsung",))
    texts = [preview(store, desk, who, NOW).text for who in (alice, bob)]
    assert ["HBM4" in text for text in texts] == [False, True], "one letter for both would be wrong"
    assert queue_digests(store, desk, NOW).letters == 2
    publish("HBM4 at Samsung, again", about=("samsung",), at=NOW, joins=first)
    assert queue_alerts(store, desk, NOW) == 0
    publish("HBM4 at another firm", about=("nvidia",), at=NOW)
    assert queue_alerts(store, desk, NOW) == 1
    with store.read() as c:
        assert letters.listing(c, alice.id)[0].subject.startswith("Alert: HBM4 at another firm")


def test_stories_make_room_for_stories(store: Store, subscribe: Any) -> None:
    alice = subscribe("alice", muted=["word:phone"])
    with store.write() as c:
        for number in range(1, readers.MUTED + 5):
            readers.mute_story(c, alice.id or 0, number)
        kept = readers.mute_story(c, alice.id or 0, 9).muted
    assert (len(kept), kept[0], kept[1], kept[-1]) == (readers.MUTED, "word:phone", "story:6", "story:9")
