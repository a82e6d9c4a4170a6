"""What enrich said of items, as columns and rows: written with a new item, compared and written again by a retag."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, select, update

from chipwire.domain import Tags
from chipwire.keep.news import stories, volume, wire
from chipwire.keep.sql.bulk import Many
from chipwire.keep.sql.compiled import Among
from chipwire.keep.sql.meta import bump
from chipwire.keep.tables import table

_ITEM, _COMPANY, _TOPIC = table("item"), table("item_company"), table("item_topic")
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_SAID = ("lang", "credit", "relevant", "evidence", "figures", "claims", "boilerplate")
_SEEN = func.coalesce(_ITEM.c.published, _ITEM.c.first_seen)
_TEXTS = select(*(_ITEM.c[n] for n in ("id", "title", "text", "lang", "url", "feed_id", "evidence", "beside")), _SEEN)
_STANDING = select(_ITEM.c.id, *(_ITEM.c[name] for name in _SAID)).where(_ITEM.c.id.in_(_SOME))
_ROLES = Among(select(_COMPANY.c.item_id, _COMPANY.c.slug, _COMPANY.c.role), _COMPANY.c.item_id)
_TOPICS = Among(select(_TOPIC.c.item_id, _TOPIC.c.slug), _TOPIC.c.item_id)
_SAY = Many(update(_ITEM).where(_ITEM.c.id == bindparam("which")).values({n: bindparam(f"new_{n}") for n in _SAID}))
_ABOUT, _ON = Many(_COMPANY.insert()), Many(_TOPIC.insert())


class Text(NamedTuple):
    """What a tagger reads of one item; `body` is plain text."""

    id: int
    title: str
    body: str
    lang: str
    url: str
    feed_id: str
    evidence: list[dict[str, Any]]
    beside: list[tuple[int, int]]
    at: datetime
    """When it was published; when it was first seen where that is unknown."""

    @property
    def named(self) -> list[tuple[int, str]]:
        """Where in the body which company was named, as its tags stand; -1 is in the title."""
        return [(-1 if seen["zone"] == "title" else seen["start"], seen["slug"]) for seen in self.evidence]


def texts(c: Connection, after: int, limit: int) -> list[Text]:
    """The next items above id `after`, for tagging them anew."""
    query = _TEXTS.where(_ITEM.c.id > after).order_by(_ITEM.c.id).limit(limit)
    return [Text._make(row) for row in c.execute(query)]


def latest(c: Connection, feed_id: str, limit: int) -> list[Text]:
    """The newest items that this feed had first, for tagging them anew."""
    query = _TEXTS.where(_ITEM.c.feed_id == feed_id).order_by(_ITEM.c.id.desc()).limit(limit)
    return [Text._make(row) for row in c.execute(query)]


def tags(c: Connection, item_ids: Sequence[int]) -> dict[int, Tags]:
    """The tags of these items, a batch of some hundreds, as they stand."""
    roles: dict[int, dict[str, Any]] = {}
    for item_id, slug, role in _ROLES(c, item_ids):
        roles.setdefault(item_id, {})[slug] = role
    topics: dict[int, list[str]] = {}
    for item_id, slug in _TOPICS(c, item_ids):
        topics.setdefault(item_id, []).append(slug)
    return {
        row.id: Tags(companies=roles.get(row.id, {}), topics=topics.get(row.id, []), **_columns(row))
        for row in c.execute(_STANDING, {"some": item_ids})
    }


def retag(c: Connection, said_now: Sequence[tuple[int, Tags]]) -> list[int]:
    """Give these items new tags where they differ, and renew what is made of tags; returns the ids that changed."""
    before = tags(c, [item_id for item_id, _ in said_now]) if said_now else {}
    changed = [(i, now) for i, now in said_now if i in before and not same(before[i], now)]
    if not changed:
        return []
    ids = [item_id for item_id, _ in changed]
    volume.leaving(c, ids)
    _SAY(c, [{"which": i, **{f"new_{n}": v for n, v in said(now).items()}} for i, now in changed])
    untag(c, ids)
    tag(c, changed)
    volume.entering(c, ids)
    wire.refresh(c, ids)
    stories.refresh(c, stories.of(c, ids))
    bump(c, "news")
    return ids


def same(one: Tags, other: Tags) -> bool:
    """Whether two taggings say the same; the order of companies and topics says nothing."""
    return said(one) == said(other) and one.companies == other.companies and set(one.topics) == set(other.topics)


def _columns(row: Any) -> dict[str, Any]:
    return {name: row._mapping[name] for name in _SAID}


def said(what: Tags) -> dict[str, Any]:
    """The columns of an item that its tags fill."""
    return {
        "lang": what.lang,
        "credit": what.credit,
        "relevant": what.relevant,
        "evidence": [dict(vars(one)) for one in what.evidence],
        "figures": [dict(vars(one)) for one in what.figures],
        "claims": [dict(vars(one)) for one in what.claims],
        "boilerplate": [list(span) for span in what.boilerplate],
    }


def tag(c: Connection, spoken: Sequence[tuple[int, Tags]]) -> None:
    """Write the companies and topics of items that have none."""
    facts = [(what, {"item_id": item_id, "relevant": what.relevant, "lang": what.lang}) for item_id, what in spoken]
    companies = [{"slug": slug, "role": role, **f} for what, f in facts for slug, role in what.companies.items()]
    topics = [{"slug": slug, **f} for what, f in facts for slug in dict.fromkeys(what.topics)]
    _ABOUT(c, companies)
    _ON(c, topics)


def untag(c: Connection, item_ids: Sequence[int]) -> None:
    """Take the companies and topics of these items away."""
    for joined in (_COMPANY, _TOPIC):
        c.execute(delete(joined).where(joined.c.item_id == bindparam("which")), [{"which": i} for i in item_ids])
