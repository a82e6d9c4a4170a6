"""Each item's JSON as `/v1/items` serves it, kept ready beside the row and made anew when tags or story change."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select, update

from chipwire.keep.meta import insert
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
_INSERT = _WIRE.insert()
_UPDATE = update(_WIRE).where(_WIRE.c.item_id == bindparam("which")).values(wire=bindparam("made"))
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


def write(c: Connection, made: Sequence[tuple[int, bytes]]) -> None:
    """Store the JSON of new items."""
    if made:
        c.execute(_INSERT, [{"item_id": item_id, "wire": wire} for item_id, wire in made])


def refresh(c: Connection, item_ids: Iterable[int]) -> None:
    """Make the JSON of these items anew from their rows."""
    known, ids = names(c), sorted(set(item_ids))
    titles = dict(c.execute(select(_FEED.c.id, _FEED.c.title)).all())
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        companies = _grouped(
            c.execute(select(_COMPANY.c.item_id, _COMPANY.c.slug, _COMPANY.c.role).where(_COMPANY.c.item_id.in_(part)))
        )
        topics = _grouped(c.execute(select(_TOPIC.c.item_id, _TOPIC.c.slug).where(_TOPIC.c.item_id.in_(part))))
        rows = c.execute(select(*(_ITEM.c[name] for name in _SHOWN)).where(_ITEM.c.id.in_(part))).mappings()
        made = [
            {
                "which": row["id"],
                "made": render(
                    dict(row),
                    titles[row["feed_id"]],
                    companies.get(row["id"], []),
                    [slug for (slug,) in topics.get(row["id"], [])],
                    known,
                ),
            }
            for row in rows
        ]
        if made:
            c.execute(_UPDATE, made)


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
