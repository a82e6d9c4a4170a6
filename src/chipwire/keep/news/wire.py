"""Each item's JSON as `/v1/items` serves it, kept ready beside the row and made anew when tags or story change."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, select

from chipwire.keep.sql.bulk import Many
from chipwire.keep.sql.compiled import CHUNK, Among, Ready, moment
from chipwire.keep.sql.meta import bump, insert
from chipwire.keep.tables import table

_FEED, _ITEM, _WIRE, _NAME = (table(n) for n in ("feed", "item", "item_wire", "company_name"))
_COMPANY, _TOPIC, _CORRECTION = table("item_company"), table("item_topic"), table("correction")
_FORMAT = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
_SHOWN = (
    "id",
    "url",
    "title",
    "summary",
    "lang",
    "published",
    "first_seen",
    "feed_id",
    "story_id",
    "copy_of",
    "credit",
)
_TITLES = Among(select(_FEED.c.id, _FEED.c.title), _FEED.c.id)
_ROWS = Among(select(*(_ITEM.c[name] for name in _SHOWN)), _ITEM.c.id)
_COMPANIES = Among(select(_COMPANY.c.item_id, _COMPANY.c.slug, _COMPANY.c.role), _COMPANY.c.item_id)
_TOPICS = Among(select(_TOPIC.c.item_id, _TOPIC.c.slug), _TOPIC.c.item_id)
_CORRECTED = Among(
    select(*(_CORRECTION.c[name] for name in ("item_id", "at", "before", "now"))).order_by(_CORRECTION.c.number),
    _CORRECTION.c.item_id,
)
_NAMES = Ready(select(_NAME.c.slug, _NAME.c.name))


def _upsert(c: Connection) -> Any:
    put = insert(c, _WIRE)
    anew = {name: put.excluded[name] for name in ("wire", "news")}
    return put.on_conflict_do_update(index_elements=["item_id"], set_=anew)


_PUT = Many(_upsert)
WAITING = "wire"


def render(
    item: Mapping[str, Any],
    feed_title: str,
    companies: Iterable[tuple[str, str]],
    topics: Sequence[str],
    names: Mapping[str, str],
    corrected: tuple[Any, str, str] | None = None,
) -> bytes:
    """The Item of DESIGN.md: `item` has the columns of its row, `companies` are (slug, role), `names` by slug.

    `corrected` is when its outlet last corrected it, what it said before, and what it says now.
    """
    about_first = sorted(companies, key=lambda pair: (pair[1] != "about", pair[0]))
    return orjson.dumps(
        {
            "id": item["id"],
            "url": item["url"],
            "title": item["title"],
            "summary": item["summary"],
            "lang": item["lang"],
            "published": item["published"],
            "first_seen": item["first_seen"],
            "feed": {"id": item["feed_id"], "title": feed_title},
            "companies": [{"slug": s, "name": names.get(s, s), "role": role} for s, role in about_first],
            "topics": sorted(topics),
            "story": item["story_id"],
            "copy_of": item["copy_of"],
            "credit": item["credit"],
            **({"corrected": dict(zip(("at", "before", "now"), corrected, strict=True))} if corrected else {}),
        },
        option=_FORMAT,
    )


def refresh(c: Connection, item_ids: Iterable[int]) -> None:
    """Have the JSON of these items made from their rows: once, when the transaction of `Store.write` ends."""
    c.info[WAITING].update(item_ids)


def flush(c: Connection) -> None:
    """Make the JSON that `refresh` was asked for."""
    ids = sorted(c.info[WAITING])
    c.info[WAITING].clear()
    news = bump(c, "news") if ids else 0
    known = names(c) if ids else {}
    for start in range(0, len(ids), CHUNK):
        _make(c, ids[start : start + CHUNK], news, known)


def _make(c: Connection, ids: list[int], news: int, known: dict[str, str]) -> None:
    companies, topics = _grouped(_COMPANIES(c, ids)), _grouped(_TOPICS(c, ids))
    rows = [dict(zip(_SHOWN, row, strict=True)) for row in _ROWS(c, ids)]
    titles: dict[str, str] = dict(_TITLES(c, sorted({row["feed_id"] for row in rows})))
    corrected = {item_id: (_told(at), before, now) for item_id, at, before, now in _CORRECTED(c, ids)}
    made = []
    for row in rows:
        item_id = row["id"]
        for when in ("published", "first_seen"):
            row[when] = row[when] and _told(row[when])
        slugs = [slug for (slug,) in topics.get(item_id, [])]
        shown = render(row, titles[row["feed_id"]], companies.get(item_id, []), slugs, known, corrected.get(item_id))
        made.append({"item_id": item_id, "wire": shown, "news": news})
    _PUT(c, made)


def _told(stored: Any) -> Any:
    """A stored time as it is served; the text that SQLite keeps needs not be taken apart for that."""
    return f"{stored[:10]}T{stored[11:19]}Z" if isinstance(stored, str) else moment(stored)


def names(c: Connection) -> dict[str, str]:
    """Display name of each company slug."""
    return dict(_NAMES(c, {}))


def sync_names(c: Connection, wanted: Mapping[str, str]) -> None:
    """Make the display names what data/companies.toml says, and the JSON of the items that show a changed one."""
    before = names(c)
    changed = {slug: name for slug, name in wanted.items() if before.get(slug) != name}
    for slug, name in changed.items():
        put = insert(c, _NAME).values(slug=slug, name=name)
        c.execute(put.on_conflict_do_update(index_elements=["slug"], set_={"name": name}))
        refresh(c, c.execute(select(_COMPANY.c.item_id).where(_COMPANY.c.slug == slug)).scalars().all())


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for item_id, *rest in rows:
        found.setdefault(item_id, []).append(tuple(rest))
    return found
