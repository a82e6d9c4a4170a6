"""What is followed: brought in line with the catalogue of data/feeds.toml, or changed by hand."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlalchemy import Connection, RowMapping, select, update

from chipwire.domain import Feed, normal_url
from chipwire.errors import BadQuery, Conflict
from chipwire.keep.news import wire
from chipwire.keep.sources import feeds as kept
from chipwire.keep.sources.feeds import afresh, insert, noun
from chipwire.keep.tables import table

_FEED, _STATE, _ITEM = (table(name) for name in ("feed", "feed_state", "item"))


class Synced(NamedTuple):
    """Ids of the feeds that a catalogue added, changed and switched off."""

    added: list[str]
    changed: list[str]
    gone: list[str]


def sync(c: Connection, feeds: Iterable[Feed], now: datetime) -> Synced:
    """Make the catalogue's feeds what `feeds` says; feeds added or removed by hand are left as they are.

    A feed whose address changed starts afresh; one that left the catalogue is switched off, its items stay.
    """
    rows = {row["id"]: row for row in c.execute(select(_FEED)).mappings()}
    synced, fresh = Synced([], [], []), list[Feed]()
    for feed in feeds:
        row = rows.pop(feed.id, None)
        if row is None:
            fresh.append(feed)
        elif row["origin"] == "catalogue" and noun(row) != feed:
            _become(c, feed, row)
            synced.changed.append(feed.id)
    insert(c, fresh, "catalogue")
    synced.added.extend(feed.id for feed in fresh)
    for row in rows.values():
        if row["origin"] == "catalogue" and row["enabled"]:
            note = f"left the catalogue on {now:%Y-%m-%d}"
            c.execute(update(_FEED).where(_FEED.c.id == row["id"]).values(enabled=False, note=note))
            synced.gone.append(row["id"])
    return synced


def change(c: Connection, feed_id: str, now: datetime, **wish: Any) -> Feed:
    """Change these fields of a feed and make it due at once; from now on the catalogue leaves it as it is.

    What was learnt and its items stay, unless it has another address: then it is read afresh. NotFound when there is no
    such feed, Conflict when another one has the address, BadQuery when a value cannot be.
    """
    feed, _ = kept.get(c, feed_id)
    try:
        wished = Feed.model_validate({**feed.model_dump(), **wish})
    except ValidationError as error:
        first = error.errors()[0]
        raise BadQuery(f"{first['loc'][0]}: {first['msg']}", parameter=str(first["loc"][0])) from error
    row = c.execute(select(_FEED).where(_FEED.c.id == feed_id)).mappings().one()
    others = c.execute(select(_FEED.c.id, _FEED.c.url).where(_FEED.c.id != feed_id, _FEED.c.origin != "removed"))
    if twin := next((name for name, url in others if normal_url(url) == wished.url), None):
        raise Conflict(f"the feed {twin} has this address already: {wished.url}")
    _become(c, wished, row)
    c.execute(update(_FEED).where(_FEED.c.id == feed_id).values(origin="hand"))
    kept.refresh_now(c, [feed_id], now)
    return wished


def _become(c: Connection, feed: Feed, row: RowMapping) -> None:
    c.execute(update(_FEED).where(_FEED.c.id == feed.id).values(**feed.model_dump()))
    if normal_url(feed.url) != normal_url(row["url"]):
        afresh(c, feed.id)
    elif feed.url != row["url"]:
        _respell(c, feed, row["url"])
    if feed.title != row["title"]:
        wire.refresh(c, c.execute(select(_ITEM.c.id).where(_ITEM.c.feed_id == feed.id)).scalars())


def _respell(c: Connection, feed: Feed, old: str) -> None:
    """Keep what was learnt of an address that is now written in another way."""
    its = (_STATE.c.feed_id == feed.id) & (_STATE.c.address_of == old)
    c.execute(update(_STATE).where(its).values(address_of=feed.url))
