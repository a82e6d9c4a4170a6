"""Each item's JSON as `/v1/items` serves it, kept ready beside the row and made anew when tags or story change."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import BindParameter, Connection, bindparam, select

from chipwire.keep.bulk import Many
from chipwire.keep.meta import bump, insert
from chipwire.keep.tables import table

_FEED, _ITEM, _WIRE, _NAME = (table(n) for n in ("feed", "item", "item_wire", "company_name"))
_COMPANY, _TOPIC = table("item_company"), table("item_topic")
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
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_TITLES = select(_FEED.c.id, _FEED.c.title)
_ROWS = select(*(_ITEM.c[name] for name in _SHOWN)).where(_ITEM.c.id.in_(_SOME))
_COMPANIES = select(_COMPANY.c.item_id, _COMPANY.c.slug, _COMPANY.c.role).where(_COMPANY.c.item_id.in_(_SOME))
_TOPICS = select(_TOPIC.c.item_id, _TOPIC.c.slug).where(_TOPIC.c.item_id.in_(_SOME))


def _upsert(c: Connection) -> Any:
    put = insert(c, _WIRE)
    anew = {name: put.excluded[name] for name in ("wire", "news")}
    return put.on_conflict_do_update(index_elements=["item_id"], set_=anew)


_PUT = Many(_upsert)
WAITING = "wire"
CHUNK = 500


def render(
    item: Mapping[str, Any],
    feed_title: str,
    companies: Iterable[tuple[str, str]],
    topics: Sequence[str],
    names: Mapping[str, str],
) -> bytes:
    """The Item of DESIGN.md: `item` has the columns of its row, `companies` are (slug, role), `names` by slug."""
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
    titles: dict[str, str] = {feed_id: title for feed_id, title in c.execute(_TITLES)} if ids else {}
    for start in range(0, len(ids), CHUNK):
        _make(c, ids[start : start + CHUNK], news, titles, known)


def _make(c: Connection, ids: list[int], news: int, titles: dict[str, str], known: dict[str, str]) -> None:
    companies = _grouped(c.execute(_COMPANIES, {"some": ids}).all())
    topics = _grouped(c.execute(_TOPICS, {"some": ids}).all())
    made = []
    for row in c.execute(_ROWS, {"some": ids}).all():
        shown, item_id = dict(row._mapping), row.id
        slugs = [slug for (slug,) in topics.get(item_id, [])]
        made.append(
            {
                "item_id": item_id,
                "wire": render(shown, titles[shown["feed_id"]], companies.get(item_id, []), slugs, known),
                "news": news,
            }
        )
    _PUT(c, made)


def names(c: Connection) -> dict[str, str]:
    """Display name of each company slug."""
    return dict(c.execute(select(_NAME.c.slug, _NAME.c.name)).all())


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
