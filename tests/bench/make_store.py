"""Make a large store quickly: `python tests/bench/make_store.py PATH --items 1000000`, the same for the same seed.

Written with core inserts and the real search index, wire JSON and story rows, in batches of 10,000. The skew is like
that of the field: one company on 30 % of the items, a long tail of companies and languages, stories of one to forty
items, words by Zipf's law. Planted for measuring: `zirkelwort` in one item of 20,000, `chip` in two of three, 台积电 in
a third of the Chinese, 三星 in a tenth.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from chipwire.domain import Feed, utc
from chipwire.keep.db import Connection, Store, open_store
from chipwire.keep.news import search, volume, wire
from chipwire.keep.sources import following
from chipwire.keep.sql import meta
from chipwire.keep.sql.bulk import Many
from chipwire.keep.tables import table

NOW = utc(2026, 11, 23)
STEP = timedelta(seconds=30)
BATCH = 10_000
FEEDS = 500
COMPANIES = (
    ("nvidia", 30), ("tsmc", 14), ("samsung", 12), ("huawei", 8), ("alibaba", 6), ("bytedance", 5), ("baidu", 4),
    ("google", 9), ("amazon", 6), ("microsoft", 8), ("openai", 9), ("smic", 3), ("sk-hynix", 4), ("micron", 3),
    ("amd", 7), ("intel", 8), ("broadcom", 4), ("qualcomm", 3), ("asml", 3), ("tencent", 3), ("cambricon", 1),
)  # fmt: skip
TOPICS = (("ai", 50), ("gpu", 20), ("foundry", 12), ("memory", 10), ("policy", 15), ("inference", 6), ("packaging", 2))
LANGS = {"en": 46, "zh": 18, "ko": 8, "ja": 8, "de": 5, "fr": 3, "es": 3, "id": 3, "ru": 2, "vi": 2, "ar": 1, "hi": 1}
HAN = "芯片半导体人工智能算力训练推理服务器数据中心先进制程封装内存产能订单财报市场公司发布美国中国出口管制"
HANGUL = "반도체인공지능칩서버메모리생산공급시장회사발표미국중국수출규제실적투자공장"
KANA = "半導体の人工知能チップを製造する工場はメモリー生産と輸出規制について発表した"
INSERTS = {
    n: Many(table(n).insert())
    for n in ("item", "item_wire", "sighting", "item_company", "item_topic", "story", "story_company")
}


class Maker:
    """Draws items; everything hangs on the seed."""

    def __init__(self, seed: int, last: datetime = NOW, step: timedelta = STEP) -> None:
        self.rng, self.last, self.step = random.Random(seed), last, step
        letters = "aabcdeeefghiiklmnoopqrsttuvwxyz"
        self.words = ["".join(self.rng.choices(letters, k=self.rng.randint(3, 10))) for _ in range(30_000)]
        self.pool = self.rng.choices(self.words, [1 / (n + 3) for n in range(len(self.words))], k=500_000)
        alphabets = (("zh", HAN), ("ja", KANA), ("ko", HANGUL))
        self.scripts = {lang: "".join(self.rng.choices(letters, k=500_000)) for lang, letters in alphabets}
        self.langs, self.shares = list(LANGS), list(LANGS.values())
        self.open: list[list[Any]] = []
        """Stories that may still grow: [id, items so far, items to come, companies, topics]."""

    def words_of(self, count: int) -> str:
        """A run of words from a pool drawn once: a draw for each word would cost more than storing it."""
        start = self.rng.randrange(len(self.pool) - count)
        return " ".join(self.pool[start : start + count])

    def letters_of(self, lang: str, count: int) -> str:
        start = self.rng.randrange(len(self.scripts[lang]) - count)
        return self.scripts[lang][start : start + count]

    def text(self, lang: str, count: int) -> str:
        if lang in self.scripts:
            said = self.letters_of(lang, count * 2)
            if lang == "zh":
                said += "台积电" * (self.rng.random() < 0.33) + "三星" * (self.rng.random() < 0.1)
            return said
        said = self.words_of(count)
        said += " chip" * (self.rng.random() < 0.67)
        return said + " zirkelwort" * (self.rng.random() < 0.00005)

    def companies(self) -> dict[str, str]:
        drawn = {slug for slug, share in COMPANIES if self.rng.random() * 100 < share * 0.85}
        return {slug: "about" if self.rng.random() < 0.45 else "mention" for slug in sorted(drawn)}

    def story(self, item_id: int) -> tuple[int, bool]:
        """The story of the next item, and whether it opens it."""
        if self.open and self.rng.random() < 0.6:
            chosen = self.rng.choice(self.open)
            chosen[2] -= 1
            if chosen[2] <= 0:
                self.open.remove(chosen)
            return chosen[0], False
        size = min(40, int(self.rng.paretovariate(1.3)))
        if size > 1:
            self.open.append([item_id, 1, size - 1])
        return item_id, True


def rows(
    maker: Maker, first: int, count: int, total: int
) -> Iterator[tuple[dict[str, Any], dict[str, str], list[str]]]:
    """Item rows with their companies and topics."""
    rng = maker.rng
    for item_id in range(first, first + count):
        lang = rng.choices(maker.langs, maker.shares)[0]
        seen = maker.last - maker.step * (total - item_id)
        story, opens = maker.story(item_id)
        companies, feed = maker.companies(), int(FEEDS * rng.random() ** 2)
        title = maker.text(lang, rng.randint(6, 12)) + (" " + " ".join(companies) if companies else "")
        item = {
            "id": item_id,
            "url": f"https://outlet{feed}.example/2026/{item_id}/{maker.words[item_id % 30_000]}-{item_id}",
            "original_url": f"https://outlet{feed}.example/2026/{item_id}?utm_source=rss",
            "title": title,
            "summary": maker.text(lang, 30),
            "text": maker.text(lang, rng.randint(30, 90)),
            "author": None,
            "lang": lang,
            "published": seen - timedelta(minutes=rng.randint(0, 300)),
            "updated": None,
            "first_seen": seen,
            "feed_id": f"feed-{feed}",
            "story_id": story,
            "copy_of": None if opens or rng.random() < 0.6 else story,
            "credit": "Reuters" if rng.random() < 0.1 else None,
            "relevant": bool(companies) or rng.random() < 0.6,
            "categories": [],
            "evidence": [
                {"slug": s, "alias": s, "start": 0, "end": len(s), "zone": "title", "rule": "name"} for s in companies
            ],
            "figures": [],
            "claims": [],
            "beside": [],
            "boilerplate": [],
            "link": "origin" if opens else "rewrite",
            "fingerprint": b"",
        }
        yield item, companies, [slug for slug, share in TOPICS if rng.random() * 100 < share]


def write(c: Connection, maker: Maker, first: int, count: int, total: int, stories: dict[int, dict[str, Any]]) -> None:
    """One batch: items with everything that hangs on them but stories, which are summed up in `stories`."""
    out: dict[str, list[dict[str, Any]]] = {name: [] for name in INSERTS}
    names = {slug: slug.title() for slug, _ in COMPANIES}
    for item, companies, topics in rows(maker, first, count, total):
        ride = {"item_id": item["id"], "relevant": item["relevant"], "lang": item["lang"]}
        out["item"].append(item)
        out["item_company"] += [{"slug": slug, "role": role, **ride} for slug, role in companies.items()]
        out["item_topic"] += [{"slug": slug, **ride} for slug in topics]
        made = wire.render(item, f"Outlet {item['feed_id'][5:]}", companies.items(), topics, names)
        out["item_wire"].append({"item_id": item["id"], "wire": made, "news": 0})
        sighting = {
            "feed_id": item["feed_id"],
            "uid": item["url"],
            "item_id": item["id"],
            "seen_at": item["first_seen"],
        }
        out["sighting"].append({**sighting, "content_hash": f"{item['id']:016x}"})
        _sum(stories, item, companies, topics)
    for name, made_rows in out.items():
        INSERTS[name](c, made_rows)
    search.index(c, range(first, first + count))
    volume.entering(c, range(first, first + count))


def _sum(
    stories: dict[int, dict[str, Any]], item: dict[str, Any], companies: dict[str, str], topics: list[str]
) -> None:
    story = stories.setdefault(
        item["story_id"],
        {
            "id": item["story_id"], "title": item["title"], "lang": item["lang"], "first_seen": item["first_seen"],
            "last_seen": item["first_seen"], "origin_item": item["story_id"], "n_items": 0, "n_outlets": 0,
            "n_copies": 0, "languages": [], "companies": {}, "topics": [], "relevant": False, "follows": None,
            "last_item": 0,
        },
    )  # fmt: skip
    story["n_items"] += 1
    story["n_copies"] += item["copy_of"] is not None
    story["n_outlets"] += item["copy_of"] is None
    story["last_seen"], story["last_item"] = item["first_seen"], item["id"]
    story["relevant"] |= item["relevant"]
    story["languages"] = sorted({*story["languages"], item["lang"]})
    story["topics"] = sorted({*story["topics"], *topics})
    for slug, role in companies.items():
        story["companies"][slug] = min(role, story["companies"].get(slug, role))


def write_stories(c: Connection, stories: list[dict[str, Any]]) -> None:
    INSERTS["story"](c, stories)
    listed = [
        {"slug": slug, "role": role, "story_id": s["id"], "last_item": s["last_item"], "relevant": s["relevant"]}
        for s in stories
        for slug, role in s["companies"].items()
    ]
    INSERTS["story_company"](c, listed)


def make(
    path: Path, items: int, seed: int = 1, *, last: datetime = NOW, step: timedelta = STEP, quiet: bool = True
) -> Store:
    """A store of `items` > 0, one each `step` until `last` (aware); an older file at `path` must not be there."""
    store, maker = open_store(path), Maker(seed, last, step)
    stories: dict[int, dict[str, Any]] = {}
    began = time.monotonic()
    with store.write() as c:
        names = {slug: slug.title() for slug, _ in COMPANIES}
        wire.sync_names(c, names)
        catalogue = [
            Feed(id=f"feed-{n}", url=f"https://outlet{n}.example/rss", title=f"Outlet {n}") for n in range(FEEDS)
        ]
        following.sync(c, catalogue, NOW)
    for first in range(1, items + 1, BATCH):
        count = min(BATCH, items + 1 - first)
        with store.write() as c:
            write(c, maker, first, count, items, stories)
        if not quiet:
            print(f"\r{first + count - 1:>9,} items, {time.monotonic() - began:.0f} s", end="", file=sys.stderr)
    finished = list(stories.values())
    with store.write() as c:
        for start in range(0, len(finished), BATCH):
            write_stories(c, finished[start : start + BATCH])
        meta.bump(c, "item", items)
        meta.bump(c, "news")
        c.exec_driver_sql("ANALYZE")
    return store


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    make(given.path, given.items, given.seed, quiet=False).close()
    print(f"\n{given.path}: {given.path.stat().st_size / 2**20:.0f} MiB", file=sys.stderr)


if __name__ == "__main__":
    main()
