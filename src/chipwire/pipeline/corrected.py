"""What is told again: of the items that their feeds gave anew, those that say something else now."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

from chipwire.enrich.corrections import Corrections
from chipwire.enrich.rewording import Version
from chipwire.keep.db import Connection
from chipwire.keep.news import corrections
from chipwire.keep.news.items import Renewed


def note(c: Connection, changed: Iterable[Renewed], data: Path, now: datetime) -> int:
    """Keep what was corrected, in the transaction of the new texts; how many."""
    return corrections.note(c, _corrected(changed, data), now)


def _corrected(changed: Iterable[Renewed], data: Path) -> Iterator[corrections.Corrected]:
    for one in changed:
        before = Version(one.title, one.text, one.tags)
        after = Version(one.read.entry.title, one.read.entry.text, one.read.tags)
        if found := _rules(data).between(before, after):
            yield corrections.Corrected(one.item_id, found.before, found.now, one.tags)


@cache
def _rules(data: Path) -> Corrections:
    return Corrections.load(data)
