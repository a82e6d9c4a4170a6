"""Reads become items: one for each address, a sighting for each place it was seen, tags in the same breath."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from chipwire.domain import Read, Tags, over_either
from chipwire.keep.news import search, stories, volume, wire
from chipwire.keep.news.arrival import arriving
from chipwire.keep.news.tagging import said, tag, tags, untag
from chipwire.keep.sql.bulk import Many
from chipwire.keep.sql.compiled import Among
from chipwire.keep.sql.meta import bump, tomb
from chipwire.keep.tables import table

_ITEM, _SIGHTING, _TOMBSTONE = (table(n) for n in ("item", "sighting", "tombstone"))
_OF_FEED, _NEWEST = _SIGHTING.c.feed_id == bindparam("feed"), _SIGHTING.c.seen_at.desc()
_LATEST = 4000
"""Twice as many sightings as one document may bring."""
_KNOWN = select(_SIGHTING.c.uid, _SIGHTING.c.content_hash).where(_OF_FEED).order_by(_NEWEST).limit(_LATEST)
_LINKS = (
    select(_ITEM.c.original_url, _SIGHTING.c.uid)
    .join(_ITEM, _ITEM.c.id == _SIGHTING.c.item_id)
    .where(_OF_FEED)
    .order_by(_NEWEST)
    .limit(_LATEST)
)
_SEEN = Among(select(_SIGHTING.c.uid, _SIGHTING.c.item_id, _SIGHTING.c.content_hash).where(_OF_FEED), _SIGHTING.c.uid)
_AT = Among(select(_ITEM.c.url, _ITEM.c.id, _ITEM.c.feed_id), _ITEM.c.url)
_SHOWN = Among(select(_SIGHTING.c.item_id, _SIGHTING.c.content_hash).where(_OF_FEED), _SIGHTING.c.item_id)
_ELSEWHERE = Among(
    select(_ITEM.c.url, _SIGHTING.c.uid).join(_SIGHTING, _SIGHTING.c.item_id == _ITEM.c.id).where(_OF_FEED),
    _ITEM.c.url,
)
_SAID = Among(select(_ITEM.c.id, _ITEM.c.title, _ITEM.c.text), _ITEM.c.id)
_OWNER = Among(select(_ITEM.c.id, _ITEM.c.feed_id), _ITEM.c.id)
_BURIED = Among(select(_TOMBSTONE.c.url_digest), _TOMBSTONE.c.url_digest)
_UPDATED = ("title", "summary", "text", "beside", "author", "lang", "published", "updated", "credit", "relevant",
            "categories", "evidence", "figures", "claims", "boilerplate", "fingerprint", "original_url")  # fmt: skip
_UPDATE = Many(
    update(_ITEM).where(_ITEM.c.id == bindparam("which")).values({n: bindparam(f"new_{n}") for n in _UPDATED})
)
_FILL, _SIGHT = Many(_ITEM.insert()), Many(_SIGHTING.insert())
_REHASH = Many(
    update(_SIGHTING).where(_OF_FEED, _SIGHTING.c.uid == bindparam("which")).values(content_hash=bindparam("new_hash"))
)


class Renewed(NamedTuple):
    """An item whose text is that of its newest read now, and what it was."""

    item_id: int
    read: Read
    title: str
    text: str
    tags: Tags


@dataclass(frozen=True)
class Added:
    """What a batch came to: items that are `new` (id and read) and `changed`, reads `seen` before."""

    new: list[tuple[int, Read]] = field(default_factory=list)
    seen: int = 0
    changed: list[Renewed] = field(default_factory=list)

    @property
    def updated(self) -> int:
        return len(self.changed)


def known(c: Connection, feed_id: str) -> dict[str, str]:
    """Content hash by uid of what this feed showed last, pruned items included; `add` knows the older ones itself."""
    return dict(c.execute(_KNOWN, {"feed": feed_id}).all())


def links(c: Connection, feed_id: str) -> dict[str, str]:
    """Uid by link of what this feed showed last: the evidence that a feed changes its ids."""
    return dict(reversed(c.execute(_LINKS, {"feed": feed_id}).all()))


def told(c: Connection, feed_id: str, reads: Sequence[Read]) -> list[Read] | None:
    """The reads whose content this feed has not shown under their uid, however long ago; what `known` is for all uids.

    None when an address was shown under another uid: then the whole document is evidence against the feed's ids.
    """
    uids = {read.url: read.entry.uid for read in reads}
    if any(uids[url] != uid for url, uid in _ELSEWHERE(c, list(uids), feed=feed_id)):
        return None
    hashes = {uid: digest for uid, _, digest in _SEEN(c, [read.entry.uid for read in reads], feed=feed_id)}
    return [read for read in reads if hashes.get(read.entry.uid) != read.content_hash]


def add(c: Connection, feed_id: str, reads: Iterable[Read], now: datetime) -> Added:
    """Store what a feed shows: item, sighting, tags, search index and wire JSON in the caller's transaction.

    An address that is known, over HTTP or HTTPS, gets a sighting more, not an item more. A uid whose content changed
    updates its item when this feed had it first. Ids rise with (published, url), undated last, whatever the order.
    """
    ordered = sorted({read.entry.uid: read for read in reads}.values(), key=_order(now))
    if not ordered:
        return Added()
    sorted_out = _sort_out(c, feed_id, ordered)
    new, sightings = _number(c, sorted_out.fresh)
    _insert(c, feed_id, new, now)
    _sight(c, feed_id, sorted_out.joined + sightings, sorted_out.rehashed, now)
    changed = _former(c, sorted_out.changed) if sorted_out.changed else []
    _renew(c, sorted_out.changed)
    if new or sorted_out.changed:
        bump(c, "news")
    seen = len(ordered) - len(new) - len(sorted_out.changed)
    return Added(new, seen, changed)


@dataclass
class _Sorted:
    """Where each read of a batch belongs."""

    fresh: list[Read] = field(default_factory=list)
    joined: list[tuple[int, Read]] = field(default_factory=list)
    """New sightings of items that exist."""
    rehashed: list[Read] = field(default_factory=list)
    changed: list[tuple[int, Read]] = field(default_factory=list)


def _order(now: datetime) -> Any:
    return lambda read: (read.entry.published or now, read.url, read.entry.uid)


def _sort_out(c: Connection, feed_id: str, reads: Sequence[Read]) -> _Sorted:
    seen = {uid: (item, digest) for uid, item, digest in _SEEN(c, [r.entry.uid for r in reads], feed=feed_id)}
    at = {url: (item, feed) for url, item, feed in _AT(c, [url for r in reads for url in over_either(r.url)])}
    owners = dict(_OWNER(c, sorted({item for item, _ in seen.values() if item is not None})))
    buried = {digest for (digest,) in _BURIED(c, [tomb(url) for r in reads for url in over_either(r.url)])}
    shown = set(_SHOWN(c, sorted({item for item, owner in at.values() if owner == feed_id}), feed=feed_id))
    found = _Sorted()
    changed: dict[int, Read] = {}
    for read in reads:
        if (before := seen.get(read.entry.uid)) is not None:
            item, digest = before
            if digest != read.content_hash:
                found.rehashed.append(read)
                if item is not None and owners[item] == feed_id:
                    changed[item] = read
        elif there := next((at[url] for url in over_either(read.url) if url in at), None):
            item, owner = there
            found.joined.append((item, read))
            if owner == feed_id and (item, read.content_hash) not in shown:
                changed[item] = read
        elif buried.isdisjoint(map(tomb, over_either(read.url))):
            found.fresh.append(read)
    found.changed = list(changed.items())
    return found


def _number(c: Connection, fresh: Sequence[Read]) -> tuple[list[tuple[int, Read]], list[tuple[int, Read]]]:
    """Ids for the new items, and the sightings that show them; of two reads with one address the first is the item."""
    first: dict[str, Read] = {}
    for read in fresh:
        first.setdefault(read.url, read)
    if not first:
        return [], []
    start = bump(c, "item", len(first)) - len(first) + 1
    ids = {url: start + n for n, url in enumerate(first)}
    return [(ids[url], read) for url, read in first.items()], [(ids[read.url], read) for read in fresh]


def _insert(c: Connection, feed_id: str, new: Sequence[tuple[int, Read]], now: datetime) -> None:
    if not new:
        return
    arriving(c, now)
    _FILL(c, [{**_row(read), **_arrival(item_id, feed_id, read, now)} for item_id, read in new])
    tag(c, [(item_id, read.tags) for item_id, read in new])
    ids = [item_id for item_id, _ in new]
    volume.entering(c, ids)
    search.index(c, ids)
    wire.refresh(c, ids)


def _former(c: Connection, changed: Sequence[tuple[int, Read]]) -> list[Renewed]:
    """The same with what these items say so far."""
    ids = [item_id for item_id, _ in changed]
    said, stand = {item: (title, text) for item, title, text in _SAID(c, ids)}, tags(c, ids)
    return [Renewed(item, read, *said[item], stand[item]) for item, read in changed]


def _renew(c: Connection, changed: Sequence[tuple[int, Read]]) -> None:
    """Give these items the text and tags of their newest read."""
    if not changed:
        return
    ids = [item_id for item_id, _ in changed]
    search.remove(c, ids)
    volume.leaving(c, ids)
    _UPDATE(c, [{"which": i, **{f"new_{n}": v for n, v in _row(read).items()}} for i, read in changed])
    untag(c, ids)
    tag(c, [(item_id, read.tags) for item_id, read in changed])
    volume.entering(c, ids)
    search.index(c, ids)
    wire.refresh(c, ids)
    stories.refresh(c, stories.of(c, ids))


def _row(read: Read) -> dict[str, Any]:
    """What a read says of its item, whether it is new or renewed."""
    entry, tags = read.entry, read.tags
    return {
        "original_url": entry.url or read.url,
        "title": entry.title,
        "summary": entry.summary,
        "text": entry.text,
        "beside": entry.beside,
        "author": entry.author,
        "published": entry.published,
        "updated": entry.updated,
        "categories": entry.categories,
        "fingerprint": read.fingerprint,
        **said(tags),
    }


def _arrival(item_id: int, feed_id: str, read: Read, now: datetime) -> dict[str, Any]:
    return {
        "id": item_id,
        "url": read.url,
        "feed_id": feed_id,
        "first_seen": now,
        "story_id": None,
        "copy_of": None,
        "link": "origin",
    }


def _sight(
    c: Connection, feed_id: str, shown: Sequence[tuple[int, Read]], rehashed: Sequence[Read], now: datetime
) -> None:
    if shown:
        sightings = [
            {"feed_id": feed_id, "uid": r.entry.uid, "item_id": i, "seen_at": now, "content_hash": r.content_hash}
            for i, r in shown
        ]
        _SIGHT(c, sightings)
    if rehashed:
        _REHASH(c, [{"feed": feed_id, "which": r.entry.uid, "new_hash": r.content_hash} for r in rehashed])
