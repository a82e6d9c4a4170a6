"""Old items go, a batch at a time, and do not come back: their sightings stay, and a tombstone for their address."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, select

from chipwire.keep import search, stories
from chipwire.keep.meta import among, bump, insert, tomb
from chipwire.keep.tables import table

_ITEM, _LOG, _TOMBSTONE = table("item"), table("story_log"), table("tombstone")
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_ADDRESSES = select(_ITEM.c.url).where(_ITEM.c.id.in_(_SOME))


def prune(c: Connection, older_than: datetime, *, feed_id: str | None = None, limit: int = 500) -> int:
    """Remove up to `limit` items first seen before then (of one feed, if given); returns how many, 0 when done.

    Call it in one transaction a batch, so that others can write in between.
    """
    query = select(_ITEM.c.id).where(_ITEM.c.first_seen < older_than).order_by(_ITEM.c.id).limit(limit)
    ids = c.execute(query if feed_id is None else query.where(_ITEM.c.feed_id == feed_id)).scalars().all()
    if ids:
        _bury(c, ids)
    return len(ids)


def _bury(c: Connection, ids: Sequence[int]) -> None:
    touched = stories.of(c, ids)
    buried = [{"url_digest": tomb(url)} for (url,) in among(c, _ADDRESSES, ids)]
    search.remove(c, ids)
    c.execute(insert(c, _TOMBSTONE).on_conflict_do_nothing(), buried)
    gone = [{"which": item_id} for item_id in ids]
    c.execute(delete(_ITEM).where(_ITEM.c.id == bindparam("which")), gone)
    c.execute(delete(_LOG).where(_LOG.c.item_id.in_(_SOME)), {"some": list(ids)})
    stories.refresh(c, touched)
    bump(c, "news")
