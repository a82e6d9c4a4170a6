"""The way of the news, whole: the demo world over real HTTP into a real store, twice."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from chipwire import clock
from chipwire.cli import wiring
from chipwire.collect.parse import as_json, parse
from chipwire.config import Settings, load
from chipwire.demo import FAILING, GROWING, world
from chipwire.domain import Feed, FeedEvent
from chipwire.keep.db import Store
from chipwire.keep.news import stories
from chipwire.keep.queries import query
from chipwire.keep.sources import feeds, following
from tests.client import Client
from tests.stores import open_store

pytestmark = pytest.mark.slow
BUNDLED = Path(__file__).parents[1] / "data" / "demo"
DENIAL = "ByteDance rejects talk of in-house processor, threatens legal steps"
TITLES = {
    "en": "Exclusive: ByteDance designs own AI chip, in talks with Samsung on manufacturing, sources say",
    "id": "ByteDance Rancang Cip AI Sendiri, Jajaki Samsung sebagai Pembuat",
    "zh-Hans": "字节跳动自研AI芯片，正与三星洽谈代工",
    "ko": "바이트댄스, AI 칩 자체 설계…삼성전자와 위탁생산 협의",
    "ja": "バイトダンスがAI半導体を独自設計、サムスンと製造協議",
}


@pytest.fixture(scope="module")
def polled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[FeedEvent], list[FeedEvent]]]:
    """The demo world polled twice; the second time as if everything were due again."""
    folder = tmp_path_factory.mktemp("way")
    settings = load(store=folder / "chipwire.db", workers=1)
    store = open_store(settings.store)
    with world(settings.data, clock.now()) as (place, sample):
        with store.write() as c:
            following.sync(c, sample, clock.now())
        demo = wiring.Demo(frozenset({place}))
        first = asyncio.run(_round(store, settings, demo))
        with store.write() as c:
            feeds.refresh_now(c, None, clock.now() - timedelta(seconds=1))
        second = asyncio.run(_round(store, settings, demo))
    yield store, first, second
    store.close()


async def _round(store: Store, settings: Settings, demo: wiring.Demo) -> list[FeedEvent]:
    events: list[FeedEvent] = []

    def note(_feed: Feed, event: FeedEvent) -> None:
        events.append(event)

    async with wiring.fetcher(settings, demo.allowed) as wire:
        machine = wiring.refresher(store, wire, settings, demo=demo, progress=note)
        try:
            await machine.start()
            await machine.round(machine.due())
        finally:
            await machine.workers.close()
    return events


def _items(store: Store, **asked: object) -> list[dict[str, object]]:
    with store.read() as c:
        return [orjson.loads(wire) for _, wire in query.page(c, query.Filter(**asked), limit=200)]  # type: ignore[arg-type]


def test_every_feed_but_the_failing_one_gives_items(
    polled: tuple[Store, list[FeedEvent], list[FeedEvent]],
) -> None:
    outcomes = {event.feed_id: event.outcome for event in polled[1]}
    assert outcomes.pop(FAILING.removesuffix(".rss")) == "failed"
    assert set(outcomes.values()) == {"new"}
    assert len(outcomes) == 12


def test_second_look_is_conditional_and_adds_nothing(
    polled: tuple[Store, list[FeedEvent], list[FeedEvent]],
) -> None:
    healthy = {event.feed_id: event for event in polled[2] if event.outcome != "failed"}
    assert healthy.pop(GROWING.removesuffix(".rss")).status in (304, 200), "it may have gained an item meanwhile"
    assert Counter(event.status for event in healthy.values()) == {304: 11}
    assert sum(event.items_new for event in healthy.values()) == 0


@pytest.mark.parametrize("lang", TITLES)
def test_founding_report_is_about_both_companies(
    polled: tuple[Store, list[FeedEvent], list[FeedEvent]], lang: str
) -> None:
    found = _items(polled[0], companies=(("samsung",), ("bytedance",)), langs=((lang,),))
    item = next(item for item in found if item["title"] == TITLES[lang])
    roles = {tag["slug"]: tag["role"] for tag in item["companies"]}  # type: ignore[attr-defined]
    assert roles["bytedance"] == roles["samsung"] == "about"
    named = {"alibaba", "baidu", "nvidia", "broadcom", "tsmc", "google", "amazon", "microsoft", "openai"}
    assert named <= roles.keys()
    assert not roles.keys() & {"intel", "apple", "amd", "meta"}, "companies of read-also lines"
    assert item["credit"] == "Reuters"


def test_founding_report_is_one_story(polled: tuple[Store, list[FeedEvent], list[FeedEvent]]) -> None:
    found = [item for item in _items(polled[0], companies=(("bytedance",),)) if item["title"] in TITLES.values()]
    assert len(found) == 5
    assert len({item["story"] for item in found}) == 1
    with polled[0].read() as c:
        story = stories.get(c, int(str(found[0]["story"])))
    assert story is not None
    assert story.n_copies == 1
    assert set(TITLES) <= set(story.languages)
    with Client(wiring.web_app(polled[0], load())) as client:
        told = client.get(f"/v1/stories/{story.id}").json()
    lineage = told["lineage"]
    origin = next(item for item in told["items"] if item["id"] == lineage["origin"])
    assert (origin["title"], origin["credit"]) == (TITLES["en"], "Reuters")
    assert [copies["of"] for copies in lineage["copies"]] == [lineage["origin"]]
    assert len(lineage["translations"]) == 5
    assert lineage["languages"][0]["lang"] == "en"


def test_the_later_denial_follows_the_founding_report(
    polled: tuple[Store, list[FeedEvent], list[FeedEvent]],
) -> None:
    by_title = {item["title"]: item["story"] for item in _items(polled[0], companies=(("bytedance",),))}
    with polled[0].read() as c:
        denial = stories.get(c, int(str(by_title[DENIAL])))
    assert denial is not None
    assert denial.follows == by_title[TITLES["en"]]


def test_washing_machines_and_rice_stay_out_of_default_lists(
    polled: tuple[Store, list[FeedEvent], list[FeedEvent]],
) -> None:
    titles = " ".join(str(item["title"]) for item in _items(polled[0]))
    assert "washing machines" not in titles
    assert "Beras" not in titles
    everything = " ".join(str(item["title"]) for item in _items(polled[0], relevant_only=False))
    assert "washing machines" in everything


def test_bundled_documents_print_the_contract() -> None:
    documents = [path for path in sorted(BUNDLED.iterdir()) if path.name != "feeds.toml"]
    assert len(documents) >= 12
    for path in documents:
        printed = as_json(parse(path.read_bytes()), path.name)
        assert printed["items"], path.name
        assert printed.keys() == {"file", "feed", "items", "problems"}
        assert printed["feed"].keys() == {"title", "home", "lang", "hub", "ttl"}
        keys = {"uid", "url", "title", "summary", "text", "author", "lang", "published", "updated", "categories"}
        assert all(item.keys() == keys for item in printed["items"])


def readme_queries() -> list[str]:
    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    return re.findall(r"curl -s 'http://127\.0\.0\.1:8000([^']+)'", text)


@pytest.mark.parametrize("path", readme_queries())
def test_queries_of_the_readme_are_answered(polled: tuple[Store, list[FeedEvent], list[FeedEvent]], path: str) -> None:
    with Client(wiring.web_app(polled[0], load())) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    if ".csv" in path:
        assert answer.text.lstrip("\ufeff").startswith("item," if "/figures" in path else "id,")
    elif "/volume" in path:
        said = answer.json()
        assert said["items"] == sum(day["items"] for day in said["volume"]) > 0
    else:
        assert answer.json()["next"] is None
