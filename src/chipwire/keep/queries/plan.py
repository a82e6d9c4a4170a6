"""How a filter is asked of the database: one index that is in order of ids leads, the rest is looked up for each id.

Pure: from a shape to statements whose values are named. Which index leads, `keep.queries.planner` decides.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, FromClause, Select, bindparam, func, literal_column, select

from chipwire.keep.news import search
from chipwire.keep.queries.filters import Shape, named, names
from chipwire.keep.sql.compiled import Ready
from chipwire.keep.sql.packed import Ids, Wires
from chipwire.keep.tables import table

_ITEM, _COMPANY, _TOPIC, _WIRE = (table(name) for name in ("item", "item_company", "item_topic", "item_wire"))
_TAGS: dict[str, FromClause] = {"company": _COMPANY, "topic": _TOPIC}
_COLUMNS = {"lang": "lang", "feed": "feed_id", "story": "story_id"}
_MOST_ARMS = 40
SPAN = 100
"""How rare a list is shows in how far back its 100th newest entry lies."""
_KEPT = 4096

Test = Callable[[ColumnElement[Any]], ColumnElement[bool]]


class Lead(NamedTuple):
    """Which index is walked down: that of the value number `value` of that group; "all" and "words" have one each."""

    kind: str
    group: int = 0
    value: int = 0


WORDS, ALL = Lead("words"), Lead("all")


class _Arm(NamedTuple):
    """Rows of `source` that meet `condition`, in order of `ident`; the group `meets` of the filter is fulfilled."""

    source: FromClause
    ident: ColumnElement[int]
    condition: ColumnElement[bool] | None
    meets: tuple[str, int]


@lru_cache(_KEPT)
def candidates(shape: Shape) -> tuple[tuple[Lead, ...], ...]:
    """Parts of the filter that could lead; the leads of a part together offer every item that the filter means."""
    found = []
    for kind in (*_TAGS, *_COLUMNS):
        for n, size in enumerate(shape.groups(kind)):
            if kind in _TAGS or size <= _MOST_ARMS:
                found.append(tuple(Lead(kind, n, m) for m in range(size)))
    if shape.words and not shape.negated:
        found.append((WORDS,))
    return tuple(found)


@lru_cache(_KEPT)
def offered(shape: Shape, lead: Lead, *, oldest_first: bool = False) -> Ids:
    """Ids of `lead` that meet all of the filter (words only where they lead), in order, `most` at most."""
    arm = _arm(lead)
    return Ids(_offered(select(arm.ident), shape, arm, oldest_first))


@lru_cache(_KEPT)
def wired(shape: Shape, lead: Lead, *, oldest_first: bool = False) -> Wires:
    """The wire JSON of the same; items without any are left out."""
    arm = _arm(lead)
    beside = _WIRE.c.item_id == arm.ident + 0  # by an expression SQLite looks nothing up, so that the lead is walked
    return Wires(_offered(select(_WIRE.c.wire).join_from(arm.source, _WIRE, beside), shape, arm, oldest_first))


def _offered(query: Select[Any], shape: Shape, arm: _Arm, oldest_first: bool) -> Select[Any]:
    query = query.where(arm.ident >= bindparam("low"), arm.ident < bindparam("high"))
    if arm.condition is not None:
        query = query.where(arm.condition)
    query = query.where(*_conditions(shape, arm))
    order = arm.ident.asc() if oldest_first else arm.ident.desc()
    return query.order_by(order).limit(bindparam("most"))


@lru_cache
def far(kind: str) -> Ready:
    """How far back the entry number SPAN below `high` of the index of `value` lies, if it has so many from `low` on."""
    return Ready(_entries(kind).offset(SPAN - 1).limit(1))


@lru_cache
def few(kind: str) -> Ready:
    """How many entries it has from `low` to below `high`; asked where they are fewer than SPAN."""
    return Ready(select(func.count()).select_from(_entries(kind).limit(SPAN).subquery()))


@lru_cache
def hits() -> Ids:
    """Items from `first` to `last` that the words match, asked of the index alone."""
    index = search.FTS.c.rowid
    return Ids(select(index).where(search.matches(search.FTS), index >= bindparam("first"), index <= bindparam("last")))


def _entries(kind: str) -> Select[Any]:
    arm = _arm(Lead(kind), "value")
    query = select(arm.ident).where(arm.ident >= bindparam("low"), arm.ident < bindparam("high"))
    return (query if arm.condition is None else query.where(arm.condition)).order_by(arm.ident.desc())


def _arm(lead: Lead, called: str = "") -> _Arm:
    """The arm; its value has the name of the lead's own, or that one."""
    value: BindParameter[Any] = bindparam(called or named(*lead))
    meets = (lead.kind, lead.group)
    if lead.kind in _TAGS:
        tags = _TAGS[lead.kind]
        return _Arm(tags, tags.c.item_id, tags.c.slug == value, meets)
    if lead == WORDS:
        return _Arm(search.FTS, search.FTS.c.rowid, search.matches(search.FTS), meets)
    condition = _ITEM.c[_COLUMNS[lead.kind]] == value if lead.kind in _COLUMNS else None
    return _Arm(_ITEM, _ITEM.c.id, condition, meets)


def _conditions(shape: Shape, arm: _Arm, *, sibling: bool = False) -> Iterator[ColumnElement[bool]]:
    """What the filter asks of the arm's rows beyond what the arm meets by itself; words only of a `sibling`."""
    yield from _tagged(shape, arm)
    if shape.words and sibling:
        index = search.FTS.alias()
        holds = _exists(index, index.c.rowid == arm.ident, search.matches(index))
        yield ~holds if shape.negated else holds
    elsewhere = []
    for name, holds_for in _of_item(shape, arm):
        if name in arm.source.c:
            yield holds_for(arm.source.c[name])
        else:
            elsewhere.append((name, holds_for))
    if elsewhere:
        item = _ITEM.alias()
        here = (item.c.id >= arm.ident, item.c.id <= arm.ident)  # with = SQLite would read the item's page, no index
        yield _exists(item, *here, *(holds_for(item.c[name]) for name, holds_for in elsewhere))
    if shape.collapse:
        yield ~_earlier(shape, arm)


def _tagged(shape: Shape, arm: _Arm) -> Iterator[ColumnElement[bool]]:
    for kind, source in _TAGS.items():
        roles = shape.roles if kind == "company" else 0
        for n, size in enumerate(shape.groups(kind)):
            if arm.meets != (kind, n):
                tag = source.alias()
                narrowed = [_any_of("role", 0, roles, tag.c.role)] if roles else []
                yield _exists(tag, tag.c.item_id == arm.ident, _any_of(kind, n, size, tag.c.slug), *narrowed)
            elif roles:
                yield _any_of("role", 0, roles, arm.source.c.role)
    if shape.roles and not shape.companies:
        tag = _COMPANY.alias()
        yield _exists(tag, tag.c.item_id == arm.ident, _any_of("role", 0, shape.roles, tag.c.role))


def _of_item(shape: Shape, arm: _Arm) -> Iterator[tuple[str, Test]]:
    """Tests of the item's own columns, some of which ride along on the tags."""
    if shape.relevant_only:
        yield "relevant", lambda column: column.is_(True)
    for kind, name in _COLUMNS.items():
        for n, size in enumerate(shape.groups(kind)):
            if arm.meets != (kind, n):
                yield name, partial(_any_of, kind, n, size)
    if shape.since:
        yield "first_seen", lambda column: column >= bindparam("since")
    if shape.until:
        yield "first_seen", lambda column: column < bindparam("until")


def _any_of(kind: str, group: int, size: int, column: ColumnElement[Any]) -> ColumnElement[bool]:
    values: list[BindParameter[Any]] = [bindparam(name) for name in names(kind, group, size)]
    return column == values[0] if size == 1 else column.in_(values)


def _earlier(shape: Shape, arm: _Arm) -> ColumnElement[bool]:
    """There is an earlier item of the same story that meets the filter too."""
    mine, other = _ITEM.alias(), _ITEM.alias()
    same = (mine.c.id == arm.ident, other.c.story_id == mine.c.story_id, other.c.id < arm.ident)
    alone = shape._replace(collapse=False)
    also = _conditions(alone, _Arm(other, other.c.id, None, ALL[:2]), sibling=True)
    query: Select[Any] = (
        select(literal_column("1")).select_from(mine, other).where(*same, other.c.id >= bindparam("from"), *also)
    )
    return query.correlate_except(mine, other).exists()


def _exists(source: FromClause, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(literal_column("1")).select_from(source).where(*conditions).correlate_except(source).exists()
