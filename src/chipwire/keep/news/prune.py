"""Old items go, a batch at a time, and do not come back: their sightings stay, and a tombstone for their address."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, delete, func, select

from chipwire.domain.base import LEAST_RETENTION
from chipwire.errors import BadQuery, NotFound
from chipwire.keep.news import search, stories, volume
from chipwire.keep.sql.compiled import Among
from chipwire.keep.sql.meta import bump, insert, tomb
from chipwire.keep.tables import table

_ITEM, _LOG, _TOMBSTONE, _FEED = table("item"), table("story_log"), table("tombstone"), table("feed")
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_ADDRESSES = Among(select(_ITEM.c.url), _ITEM.c.id)


def prune(
    c: Connection, older_than: datetime, *, feed_id: str | None = None, but: Sequence[str] = (), limit: int = 500
) -> int:
    """Remove up to `limit` items first seen before then; returns how many, 0 when done.

    Of one feed, if given; of all but some, if these have a retention of their own.

    Call it in one transaction a batch, so that others can write in between.
    """
    by = _ITEM.c.first_seen if feed_id is None else _ITEM.c.id  # what the index has in order, so that none is sorted
    query = _old(select(_ITEM.c.id), older_than, feed_id).order_by(by).limit(limit)
    if but:
        query = query.where(_ITEM.c.feed_id.not_in(but))
    ids = c.execute(query).scalars().all()
    if ids:
        _bury(c, ids)
    return len(ids)


def count(c: Connection, older_than: datetime, *, feed_id: str | None = None) -> int:
    """How many items `prune` would remove in all; NotFound when there never was such a feed."""
    if feed_id is not None and c.execute(select(_FEED.c.id).where(_FEED.c.id == feed_id)).first() is None:
        raise NotFound(f"there is no feed {feed_id!r}: `chipwire feeds list` shows their ids")
    number: int = c.execute(_old(select(func.count()).select_from(_ITEM), older_than, feed_id)).scalar_one()
    return number


def newest(c: Connection) -> datetime | None:
    """When the newest item was first seen."""
    return c.execute(select(func.max(_ITEM.c.first_seen))).scalar()


def checked(older_than: datetime, now: datetime) -> datetime:
    """The same time; BadQuery when items would go whose stories are still open."""
    if older_than > now - timedelta(days=LEAST_RETENTION):
        raise BadQuery(
            f"items stay at least {LEAST_RETENTION} days: new ones may join their stories", parameter="older-than"
        )
    return older_than


def _old(query: Select[Any], older_than: datetime, feed_id: str | None) -> Select[Any]:
    old = query.where(_ITEM.c.first_seen < older_than)
    return old if feed_id is None else old.where(_ITEM.c.feed_id == feed_id)


def _bury(c: Connection, ids: Sequence[int]) -> None:
    touched = stories.of(c, ids)
    buried = [{"url_digest": tomb(url)} for (url,) in _ADDRESSES(c, ids)]
    search.remove(c, ids)
    volume.leaving(c, ids)
    c.execute(insert(c, _TOMBSTONE).on_conflict_do_nothing(), buried)
    gone = [{"which": item_id} for item_id in ids]
    c.execute(delete(_ITEM).where(_ITEM.c.id == bindparam("which")), gone)
    c.execute(delete(_LOG).where(_LOG.c.item_id.in_(_SOME)), {"some": list(ids)})
    stories.refresh(c, touched)
    bump(c, "gone", len(ids))
    bump(c, "news")
