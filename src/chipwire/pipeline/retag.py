"""The whole history tagged anew with today's data/: in batches, each its own transaction, safe to stop and repeat."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chipwire.domain import Tags
from chipwire.enrich.fingerprint import fingerprint
from chipwire.enrich.lexicon import Lexicon
from chipwire.enrich.tagger import Tagger
from chipwire.keep import history
from chipwire.keep.db import Store

BATCH = 500


@dataclass
class Report:
    """What a retag changes: per company how many items gain it, lose it, change role, and by which aliases."""

    items: int = 0
    changed: int = 0
    added: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    role: Counter[str] = field(default_factory=Counter)
    aliases: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def note(self, old: "history.Old", new: Tags) -> None:
        """Count the differences between what an item carries and what it would."""
        self.items += 1
        self.changed += old.companies != new.companies or old.topics != sorted(new.topics)
        for slug in new.companies.keys() - old.companies.keys():
            self.added[slug] += 1
            self._by(slug, {e.alias for e in new.evidence if e.slug == slug}, "+")
        for slug in old.companies.keys() - new.companies.keys():
            self.removed[slug] += 1
            self._by(slug, old.aliases.get(slug, set()), "-")
        self.role.update(s for s in old.companies.keys() & new.companies.keys() if old.companies[s] != new.companies[s])

    def _by(self, slug: str, aliases: set[str], sign: str) -> None:
        self.aliases[slug].update(sign + alias for alias in aliases)

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
    """How many batches a retag will take."""
    with store.read() as c:
        return -(-history.count(c) // BATCH)


def retag(store: Store, data: Path, *, dry_run: bool, done: Callable[[str], None]) -> Report:
    """Tag every item anew; with `dry_run` nothing is written. `done` is told of each batch."""
    tagger, lexicon, report, after = Tagger.load(data), Lexicon.load(data), Report(), 0
    while True:
        with store.read() as c:
            batch = history.texts(c, after, BATCH)
        if not batch:
            return report
        fresh: list[tuple[int, Tags, bytes]] = []
        for old in batch:
            tags = tagger.tag(old.title, old.text, lang=old.lang, url=old.url)
            report.note(old, tags)
            stamp = fingerprint(
                old.title, old.text, tags.lang, old.published, old.feed_id, old.url, tags, lexicon
            )  # fmt: skip
            fresh.append((old.id, tags, stamp))
        if not dry_run:
            with store.write() as c:
                history.apply(c, fresh)
        after = batch[-1].id
        done(f"up to item {after}")
