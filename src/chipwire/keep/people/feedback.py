"""Cases to review: what people say is wrong with an item."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from chipwire.errors import NotFound
from chipwire.keep.tables import table

_FEEDBACK, _ITEM = table("feedback"), table("item")


def add(c: Connection, item_id: int, kind: str, slug: str | None, note: str, now: datetime) -> int:
    """Record a case; its id. NotFound when there is no such item."""
    if c.execute(select(_ITEM.c.id).where(_ITEM.c.id == item_id)).first() is None:
        raise NotFound(f"there is no item {item_id}")
    row = _FEEDBACK.insert().values(at=now, item_id=item_id, kind=kind, slug=slug, note=note)
    return int(c.execute(row.returning(_FEEDBACK.c.id)).scalar_one())


def listing(c: Connection, limit: int = 500) -> list[dict[str, Any]]:
    """The newest cases: id, at, item_id, title, url, kind, slug, note."""
    cases = select(_FEEDBACK, _ITEM.c.title, _ITEM.c.url).join(_ITEM, _ITEM.c.id == _FEEDBACK.c.item_id)
    return [dict(row) for row in c.execute(cases.order_by(_FEEDBACK.c.id.desc()).limit(limit)).mappings()]
