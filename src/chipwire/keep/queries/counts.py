"""How many relevant items each company and each topic has, of all time, of a span of it or by day.

Whole UTC days come from the counts that `volume` keeps; the span's parts of days are counted item by item.
"""

from collections import Counter
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, bindparam, func, select

from chipwire.keep.news.days import ALL_TIME, span_of
from chipwire.keep.sql.compiled import Ready
from chipwire.keep.tables import table

Kind = Literal["company", "topic"]
_ITEM, _DAYS = table("item"), table("tag_day")
_TAGS = {"company": table("item_company"), "topic": table("item_topic")}
_BY_DAY = Ready(
    select(_DAYS.c.day, _DAYS.c.role, _DAYS.c.lang, _DAYS.c["items"]).where(
        _DAYS.c.kind == bindparam("kind"), _DAYS.c.slug == bindparam("slug"),
        _DAYS.c.day >= bindparam("first"), _DAYS.c.day < bindparam("beyond"),
    )
)  # fmt: skip
_NEXT = Ready(
    select(func.min(_DAYS.c.slug)).where(_DAYS.c.kind == bindparam("kind"), _DAYS.c.slug > bindparam("after"))
)


def companies(c: Connection, since: datetime | None = None, until: datetime | None = None) -> dict[str, dict[str, int]]:
    """By company and role, from `since` to before `until`: {slug: {"about": n, "mention": n}}."""
    found: dict[str, dict[str, int]] = {}
    for (slug, role), number in _counted(c, "company", since, until).items():
        found.setdefault(slug, {"about": 0, "mention": 0})[role] = number
    return found


def topics(c: Connection, since: datetime | None = None, until: datetime | None = None) -> dict[str, int]:
    """By topic, from `since` to before `until`."""
    return {slug: number for (slug, _), number in _counted(c, "topic", since, until).items()}


def by_day(c: Connection, kind: Kind, slug: str, first: int, beyond: int) -> list[tuple[int, str, str, int]]:
    """Of one company or topic (day, role, language, items), for UTC days from `first` to before `beyond`."""
    return _BY_DAY(c, {"kind": kind, "slug": slug, "first": first, "beyond": beyond})


def _counted(c: Connection, kind: Kind, since: datetime | None, until: datetime | None) -> Counter[tuple[str, str]]:
    """By (slug, role); a topic has no role."""
    asked = select(_DAYS.c.slug, _DAYS.c.role, func.sum(_DAYS.c["items"])).where(_DAYS.c.kind == kind)
    asked = asked.where(_DAYS.c.slug.in_(_slugs(c, kind))).group_by(_DAYS.c.slug, _DAYS.c.role)
    if since is None and until is None:
        return Counter({(slug, role): n for slug, role, n in c.execute(asked.where(_DAYS.c.day == ALL_TIME))})
    span = span_of(since, until)
    asked = asked.where(_DAYS.c.day >= span.first, _DAYS.c.day < span.beyond)
    found = Counter({(slug, role): number for slug, role, number in c.execute(asked)})
    tags = _TAGS[kind]
    role = tags.c.role if kind == "company" else func.min("")
    for low, high, times in span.edges:
        loose = select(tags.c.slug, role, func.count()).join(_ITEM, _ITEM.c.id == tags.c.item_id)
        loose = loose.where(tags.c.relevant, _ITEM.c.first_seen >= low, _ITEM.c.first_seen < high)
        by = (tags.c.slug, tags.c.role) if kind == "company" else (tags.c.slug,)
        for slug, of, number in c.execute(loose.group_by(*by)):
            found[slug, of] += times * number
    return +found


def _slugs(c: Connection, kind: str) -> list[str]:
    """Every slug that has a count, by a look into the index for each, so that one day is not sought in all."""
    found: list[str] = []
    while slug := _NEXT.one(c, {"kind": kind, "after": found[-1] if found else ""}):
        found.append(slug)
    return found
