"""The whole history tagged anew with today's data/: in batches, each its own transaction, safe to stop and repeat.

It is read through before, for the lines that recur in each feed: items from before a box was known learn of it too.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chipwire.domain import Tags
from chipwire.enrich.boilerplate.history import History
from chipwire.enrich.boilerplate.remember import said
from chipwire.enrich.tagger import Tagger
from chipwire.keep import vitals
from chipwire.keep.db import Store
from chipwire.keep.news import tagging
from chipwire.keep.sources import lines
from chipwire.pipeline.messages import Stored
from chipwire.pipeline.reading import anew

BATCH, TOGETHER = 500, 50
"""Items of a transaction, and how many of them are tagged together."""


@dataclass
class Report:
    """What a retag changes: per company how many items gain it, lose it, change role, and by which aliases."""

    items: int = 0
    changed: int = 0
    added: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    role: Counter[str] = field(default_factory=Counter)
    aliases: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def note(self, old: Tags, new: Tags) -> None:
        """Count the differences between what an item carries and what it would."""
        self.items += 1
        self.changed += not tagging.same(old, new)
        for slug in new.companies.keys() - old.companies.keys():
            self.added[slug] += 1
            self._by(slug, new, "+")
        for slug in old.companies.keys() - new.companies.keys():
            self.removed[slug] += 1
            self._by(slug, old, "-")
        self.role.update(s for s in old.companies.keys() & new.companies.keys() if old.companies[s] != new.companies[s])

    def _by(self, slug: str, tags: Tags, sign: str) -> None:
        self.aliases[slug].update({sign + e.alias for e in tags.evidence if e.slug == slug})

    def table(self) -> list[dict[str, Any]]:
        """A row for each company that changes, most changed first."""
        weight = self.added + self.removed + self.role
        return [
            {
                "company": slug,
                "added": self.added[slug],
                "removed": self.removed[slug],
                "role": self.role[slug],
                "aliases": [f"{alias} {count}" for alias, count in self.aliases[slug].most_common(8)],
            }
            for slug, _ in weight.most_common()
        ]

    def as_json(self) -> dict[str, Any]:
        """The same, for machines."""
        return {"items": self.items, "changed": self.changed, "companies": self.table()}


def total(store: Store) -> int:
    """How many batches a retag will take; each is read twice."""
    with store.read() as c:
        return 2 * -(-vitals.item_count(c) // BATCH)


def retag(store: Store, data: Path, *, dry_run: bool, done: Callable[[str], None]) -> Report:
    """Tag every item anew; with `dry_run` nothing is written. `done` hears of each batch; stories stay as they are."""
    tagger, report, history = Tagger.load(data), Report(), _heard(store, done)
    for batch in _batches(store):
        with store.read() as c:
            before = tagging.tags(c, [one.id for one in batch])
        there = [one for one in batch if one.id in before]
        fresh = list(zip((one.id for one in there), _tags(tagger, there, history), strict=True))
        for item_id, tags in fresh:
            report.note(before[item_id], tags)
        if not dry_run:
            with store.write() as c:
                tagging.retag(c, fresh)
        done(f"up to item {batch[-1].id}")
    if not dry_run:
        with store.write() as c:
            lines.fill(c, history.memory())
    return report


def _tags(tagger: Tagger, texts: Sequence[tagging.Text], history: History) -> Iterator[Tags]:
    for at in range(0, len(texts), TOGETHER):
        some = texts[at : at + TOGETHER]
        known = [history.known(one.feed_id, one.id) for one in some]
        yield from anew(tagger, [Stored(one.id, one.title, one.body, one.lang, one.beside) for one in some], known)


def _heard(store: Store, done: Callable[[str], None]) -> History:
    history = History()
    for batch in _batches(store):
        for one in batch:
            history.hear(one.feed_id, one.id, said(one.url, one.title, one.body, one.at, one.named))
        done(f"read up to item {batch[-1].id}")
    history.end()
    return history


def _batches(store: Store) -> Iterator[list[tagging.Text]]:
    """All items in order of ids."""
    after = 0
    while True:
        with store.read() as c:
            batch = tagging.texts(c, after, BATCH)
        if not batch:
            return
        yield batch
        after = batch[-1].id
