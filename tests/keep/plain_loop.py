"""News at random, and what a plain loop over all of them finds: what filters are compared with."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from hypothesis import strategies as st

from chipwire.domain import Entry, Feed, FeedKind, Placement, Read, Role, Tags, utc
from chipwire.keep.db import Store
from chipwire.keep.news import items, stories
from chipwire.keep.queries import query
from chipwire.keep.queries.query import Filter
from chipwire.keep.sources import feeds

START = utc(2026, 11, 1)
COMPANIES = ["nvidia", "samsung", "bytedance", "baidu", "arm"]
TOPICS = ["foundry", "memory", "export"]
LANGS = ["en", "zh-Hans", "zh-Hant", "id"]
RANGES = [*LANGS, "zh", "i"]
FEEDS: dict[str, FeedKind] = {"trade": "trade press", "wire": "wire", "blog": "blog"}
WORDS = ["kiln", "wafer", "mask", "三星", "百度", "tape-out"]
ROLES: list[Role] = ["about", "mention"]
ENOUGH = 700
"""Items: several of the stretches in which words are looked up (keep.queries.query._FIRST_STRETCH)."""


@dataclass
class Known:
    """What the plain loop knows of an item."""

    id: int
    feed: str
    lang: str
    companies: dict[str, Role]
    topics: list[str]
    relevant: bool
    words: list[str]
    seen: datetime
    story: int | None = None


@dataclass
class World:
    store: Store
    items: list[Known] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    dice: random.Random = field(default_factory=lambda: random.Random(6))
    clock: datetime = START
    orderly: bool = False
    """Batches come in order of time, as from one clock."""

    def arrive(self, many: int) -> None:
        """One batch from one feed; batches are not quite in order of time, as when many are fetched at once."""
        self.clock += timedelta(minutes=self.dice.randint(0, 90))
        now = self.clock - timedelta(minutes=0 if self.orderly else self.dice.randint(0, 240))
        feed = self.dice.choice([*FEEDS, "trade", "trade"])
        with self.store.write() as c:
            added = items.add(c, feed, [self.read() for _ in range(many)], now)
            for item_id, read in added.new:
                words = f"{read.entry.title} {read.entry.text}".split()
                tags = read.tags
                self.items.append(
                    Known(item_id, feed, tags.lang, tags.companies, tags.topics, tags.relevant, words, now)
                )
            for known in self.items[-many:]:
                if self.dice.random() < 0.6:
                    known.story = self.dice.choice(self.items).story or known.id
            placed = [Placement(item_id=k.id, story_id=k.story) for k in self.items[-many:] if k.story]
            stories.apply(c, placed, now)

    def read(self) -> Read:
        dice, uid = self.dice, str(next(self.numbers))
        url = f"https://outlet.example/{uid}"
        words = dice.choices(WORDS, k=dice.randint(2, 4))
        entry = Entry(uid=uid, url=url, title=words[0], text=" ".join(words[1:]), published=START)
        named = dice.sample(COMPANIES, k=dice.choice([0, 1, 1, 2, 3]))
        tags = Tags(
            lang=dice.choice([*LANGS, "en", "en"]),
            companies={slug: dice.choice(ROLES) for slug in named},
            topics=dice.sample(TOPICS, k=dice.randint(0, 2)),
            relevant=dice.random() < 0.8,
        )
        return Read(entry=entry, url=url, content_hash=uid, tags=tags)


def peopled(made: World) -> World:
    with made.store.write() as c:
        for feed, kind in FEEDS.items():
            feeds.add(c, Feed(id=feed, url=f"https://{feed}.example/feed", title=feed, kind=kind))
    for _ in range(60):
        made.arrive(made.dice.randint(1, 4))
    return made


def holds(asked: Filter, words: "Asked | None") -> Callable[[Known], bool]:
    """The filter as a plain predicate."""

    def meets(item: Known) -> bool:
        kind = FEEDS[item.feed]
        named = {slug for slug, role in item.companies.items() if not asked.roles or role in asked.roles}
        return (
            all(named & set(group) for group in asked.companies)
            and (not asked.roles or bool(asked.companies) or bool(named))
            and all(set(item.topics) & set(group) for group in asked.topics)
            and all(any(f"{item.lang}-".startswith(f"{wide}-") for wide in group) for group in asked.langs)
            and all(item.feed in group for group in asked.feeds)
            and all(kind in group for group in asked.kinds)
            and all(item.story in group for group in asked.stories)
            and (item.relevant or not asked.relevant_only)
            and (asked.since is None or item.seen >= asked.since)
            and (asked.until is None or item.seen < asked.until)
            and (words is None or words.meets(item))
        )

    return meets


def plainly(items: list[Known], asked: Filter, words: "Asked | None") -> list[int]:
    found = list(filter(holds(asked, words), items))
    if asked.collapse:
        first: dict[int, Known] = {}
        for item in found:
            first.setdefault(item.story or -item.id, item)
        found = list(first.values())
    return [item.id for item in reversed(found) if item.id > asked.above]


@dataclass(frozen=True)
class Asked:
    """A search expression as text and as what it means."""

    text: str
    meets: Callable[[Known], bool]


def _word(word: str) -> Asked:
    return Asked(word, lambda item: word in item.words)


def _title(word: str) -> Asked:
    return Asked(f"title:{word}", lambda item: item.words[0] == word)


def _prefix(start: str) -> Asked:
    return Asked(f"{start}*", lambda item: any(word.startswith(start) for word in item.words))


leaves = st.one_of(
    st.sampled_from(WORDS).map(_word),
    st.sampled_from(WORDS).map(_title),
    st.sampled_from(["ki", "waf", "三"]).map(_prefix),
)
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(lambda a: Asked(f"-({a.text})", lambda item: not a.meets(item))),
        st.tuples(inner, inner).map(
            lambda p: Asked(f"({p[0].text} {p[1].text})", lambda item: p[0].meets(item) and p[1].meets(item))
        ),
        st.tuples(inner, inner).map(
            lambda p: Asked(f"({p[0].text} OR {p[1].text})", lambda item: p[0].meets(item) or p[1].meets(item))
        ),
    ),
    max_leaves=4,
)


def groups(values: list[str], most: int = 2) -> st.SearchStrategy[query.Groups]:
    group = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)
    return st.lists(group, max_size=most).map(tuple)


times = st.none() | st.integers(0, 4000).map(lambda minutes: START + timedelta(minutes=minutes))
filters = st.builds(
    Filter,
    companies=groups(COMPANIES, 3),
    roles=st.sampled_from([(), (), ("about",), ("mention",), ("about", "mention")]),
    topics=groups(TOPICS),
    langs=groups(RANGES, 1),
    feeds=groups(list(FEEDS), 1),
    kinds=st.sampled_from([(), (), (("wire",),), (("wire", "blog"),), (("research",),)]),
    since=times,
    until=times,
    stories=st.lists(st.lists(st.integers(1, 60), min_size=1, max_size=3).map(tuple), max_size=1).map(tuple),
    relevant_only=st.booleans(),
    collapse=st.booleans(),
    above=st.sampled_from([0, 0, 40]),
)
