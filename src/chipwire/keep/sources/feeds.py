"""Feeds and what was learnt of them: who comes and goes, the next check, the last 30 events."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, delete, func, literal_column, select, update

from chipwire.domain import Feed, FeedEvent, FeedState, normal_url
from chipwire.errors import Conflict, NotFound
from chipwire.keep.sources import holds
from chipwire.keep.sql.bulk import Many
from chipwire.keep.tables import table

KEPT_EVENTS = 30
_FEED, _STATE, _EVENT, _ITEM = (table(n) for n in ("feed", "feed_state", "feed_event", "item"))
_BOTH = select(
    *(_FEED.c[name] for name in Feed.model_fields),
    *(_STATE.c[name].label(f"state_{name}") for name in FeedState.model_fields),
).join_from(_FEED, _STATE)
_ANY_FEED, _ANY_STATE = Feed.model_construct(id="", url="", title=""), FeedState.model_construct(feed_id="")
"""Copied for each row, which takes a quarter of the time of making one."""
_LEARNT = [name for name in FeedState.model_fields if name != "feed_id"]
_RENAMED = [(name, f"new_{name}") for name in _LEARNT]
_NEW: dict[str, Any] = {name: bindparam(f"new_{name}", type_=_STATE.c[name].type) for name in _LEARNT}
_SAME_HUB = and_(*(_STATE.c[name].is_not_distinct_from(_NEW[name]) for name in ("hub", "hub_topic")))
_AGREED = {name: case((_SAME_HUB, _STATE.c[name]), else_=_NEW[name]) for name in ("hub_secret", "hub_expires")}
_SAVE = Many(update(_STATE).where(_STATE.c.feed_id == bindparam("which")).values({**_NEW, **_AGREED}))
_TELL = Many(_EVENT.insert())
_ADD, _BEGIN = Many(_FEED.insert()), Many(_STATE.insert())
_ITS = _EVENT.c.feed_id == bindparam("which")
_LAST = select(_EVENT.c.id).where(_ITS).order_by(_EVENT.c.id.desc()).limit(literal_column("1"))
_FORGET = Many(
    delete(_EVENT).where(_ITS, _EVENT.c.id <= _LAST.offset(literal_column(str(KEPT_EVENTS))).scalar_subquery())
)
_THERE = _FEED.c.origin != "removed"
_READY, _NEXT = _BOTH.where(_THERE, _FEED.c.enabled), _STATE.c.next_check
_NEVER, _OVERDUE = _READY.where(_NEXT.is_(None)), _READY.where(_NEXT <= bindparam("now", type_=_NEXT.type))  # noqa: SIM300
_DUE = (_NEVER.order_by(_FEED.c.id), _OVERDUE.order_by(_NEXT, _FEED.c.id))
_SOME_DUE = tuple(query.limit(bindparam("most")) for query in _DUE)
"""Made once: to make a statement anew takes SQLAlchemy as long as to read ten feeds."""


def add(c: Connection, feed: Feed) -> None:
    """Add a feed by hand; one of that id that was removed comes back. Conflict when id or address is taken."""
    add_all(c, [feed])


def add_all(c: Connection, some: Iterable[Feed]) -> None:
    """`add` for many; after a Conflict the transaction is not to be committed."""
    rows = c.execute(select(_FEED.c.id, _FEED.c.url, _FEED.c.origin != "removed")).all()
    urls, removed = {name: url for name, url, there in rows if there}, {name for name, _, there in rows if not there}
    names, fresh = {normal_url(url): name for name, url in urls.items()}, list[Feed]()
    for feed in some:
        if twin := names.get(normal_url(feed.url)):
            raise Conflict(f"the feed {twin} has this address already: {feed.url}")
        if feed.id in urls:
            raise Conflict(f"there is a feed {feed.id} already: {urls[feed.id]}; another one needs another id")
        urls[feed.id], names[normal_url(feed.url)] = feed.url, feed.id
        if feed.id in removed:
            c.execute(update(_FEED).where(_FEED.c.id == feed.id).values(**feed.model_dump(), origin="hand"))
            afresh(c, feed.id)
        else:
            fresh.append(feed)
    insert(c, fresh, "hand")


def unused(c: Connection, feed: Feed) -> Feed:
    """The feed with its id as it is, or with the first number behind it that no other address has, removed or not."""
    wanted = normal_url(feed.url)
    there = {name for name, url in c.execute(select(_FEED.c.id, _FEED.c.url)) if normal_url(url) != wanted}
    names = (f"{feed.id[:60]}-{number}" if number > 1 else feed.id for number in count(1))
    return feed.model_copy(update={"id": next(name for name in names if name not in there)})


def remove(c: Connection, feed_id: str) -> None:
    """Stop following a feed; its items stay. NotFound when there is none."""
    get(c, feed_id)
    c.execute(update(_FEED).where(_FEED.c.id == feed_id).values(origin="removed", enabled=False))


def listing(c: Connection) -> list[tuple[Feed, FeedState]]:
    """All feeds with their state, by id."""
    return [_pair(row) for row in c.execute(_BOTH.where(_THERE).order_by(_FEED.c.id))]


def ids(c: Connection) -> frozenset[str]:
    """Ids of all feeds that items may be of, removed ones too."""
    return frozenset(c.scalars(select(_FEED.c.id)))


def columns(c: Connection, names: Sequence[str]) -> Iterator[Any]:
    """These columns of all feeds and their states, by id, as rows with attributes: thousands of nouns take long."""
    chosen = [(_FEED if name in _FEED.c else _STATE).c[name] for name in names]
    query = select(*chosen).join_from(_FEED, _STATE).where(_THERE).order_by(_FEED.c.id)
    yield from c.execute(query, execution_options={"yield_per": 200})  # all at once would leave memory in splinters


def get(c: Connection, feed_id: str) -> tuple[Feed, FeedState]:
    """One feed with its state; NotFound when there is none."""
    row = c.execute(_BOTH.where(_THERE, _FEED.c.id == feed_id)).first()
    if row is None:
        raise NotFound(f"there is no feed {feed_id!r}")
    return _pair(row)


def due(c: Connection, now: datetime, limit: int) -> list[tuple[Feed, FeedState]]:
    """Feeds whose time has come: never fetched first, then the longest overdue; none on a host that asked for quiet."""
    quiet, found = holds.quiet(c, now), list[tuple[Feed, FeedState]]()
    for query, some in zip(_DUE, _SOME_DUE, strict=True):
        with c.execute(query if quiet else some, {"now": now, "most": limit - len(found)}) as result:
            for row in result:
                if len(found) == limit:
                    return found
                if not quiet or not holds.cover(quiet, row.url):
                    found.append(_pair(row))
    return found


def waiting(c: Connection, now: datetime) -> Iterator[tuple[str, str]]:
    """(id, address) of every feed whose time has come, in the order of `due`; hosts are not looked at."""
    ready = select(_FEED.c.id, _FEED.c.url, _STATE.c.address, _STATE.c.address_of).join_from(_FEED, _STATE)
    ready = ready.where(_THERE, _FEED.c.enabled, (_STATE.c.next_check.is_(None)) | (_STATE.c.next_check <= now))
    first = case((_STATE.c.next_check.is_(None), 0), else_=1)
    with c.execute(ready.order_by(first, _STATE.c.next_check, _FEED.c.id)) as rows:
        for feed_id, url, moved, moved_from in rows:
            yield feed_id, moved if moved and moved_from == url else url


def still_due(c: Connection, ids: Sequence[str], now: datetime) -> list[tuple[Feed, FeedState]]:
    """Those of these feeds whose time has come, as they are now, in the order given."""
    ready = (_STATE.c.next_check.is_(None)) | (_STATE.c.next_check <= now)
    some = _BOTH.where(_THERE, _FEED.c.enabled, ready, _FEED.c.id.in_(ids))
    found = {row.id: _pair(row) for row in c.execute(some)}
    return [found[feed_id] for feed_id in ids if feed_id in found]


def overdue(c: Connection, now: datetime) -> tuple[str, datetime] | None:
    """The feed that is due for longest and since when, hosts that asked for quiet aside; None when none is due."""
    quiet = holds.quiet(c, now)
    ready = select(_FEED.c.id, _FEED.c.url, _STATE.c.next_check).join_from(_FEED, _STATE)
    ready = ready.where(_THERE, _FEED.c.enabled, _STATE.c.retired_at.is_(None), _STATE.c.next_check <= now)
    with c.execute(ready.order_by(_STATE.c.next_check)) as rows:
        return next(((feed_id, since) for feed_id, url, since in rows if not holds.cover(quiet, url)), None)


def save(c: Connection, state: FeedState, event: FeedEvent) -> None:
    """Keep what a turn taught and add it to the feed's history, of which the last 30 events stay.

    What was agreed with a hub meanwhile stays too, unless the feed names another hub now: see `agree`.
    """
    save_all(c, [(state, event)])


def save_all(c: Connection, turns: Sequence[tuple[FeedState, FeedEvent]]) -> None:
    """`save` for the turns of many feeds, each feed once: three statements whatever their number."""
    states, events = ([turn[side].__dict__ for turn in turns] for side in (0, 1))
    _SAVE(c, [{"which": of["feed_id"], **{new: of[name] for name, new in _RENAMED}} for of in states])
    _TELL(c, [{name: of[name] for name in FeedEvent.model_fields} for of in events])
    _FORGET(c, [{"which": of["feed_id"]} for of in events])


def agree(c: Connection, state: FeedState) -> None:
    """Keep the secret and the end of a subscription to a hub, and nothing else of the state."""
    agreed = {"hub_secret": state.hub_secret, "hub_expires": state.hub_expires}
    c.execute(update(_STATE).where(_STATE.c.feed_id == state.feed_id).values(**agreed))


def disagree(c: Connection) -> int:
    """No hub pushes any more, as far as polling and asking hubs go; how many did. Secrets stay for what still comes."""
    return c.execute(update(_STATE).where(_STATE.c.hub_expires.is_not(None)).values(hub_expires=None)).rowcount


def events(c: Connection, feed_id: str) -> list[FeedEvent]:
    """The feed's history, newest first."""
    rows = c.execute(select(_EVENT).where(_EVENT.c.feed_id == feed_id).order_by(_EVENT.c.id.desc())).mappings()
    return [FeedEvent.model_construct(**{k: v for k, v in row.items() if k != "id"}) for row in rows]


def refresh_now(c: Connection, ids: Iterable[str] | None, now: datetime) -> int:
    """Make these feeds (None: all that are enabled) due at once; returns how many. NotFound names an unknown id."""
    wanted = None if ids is None else list(ids)
    for feed_id in wanted or ():
        get(c, feed_id)
    chosen = _STATE.c.feed_id.in_(select(_FEED.c.id).where(_FEED.c.enabled, _THERE) if wanted is None else wanted)
    later = (_STATE.c.next_check.is_(None)) | (_STATE.c.next_check > now)
    soon = update(_STATE).values(next_check=now, next_reason="asked for", retired_at=None)
    return c.execute(soon.where(chosen, later)).rowcount


def counts(c: Connection) -> dict[str, int]:
    """Items that each feed had first."""
    return dict(c.execute(select(_ITEM.c.feed_id, func.count()).group_by(_ITEM.c.feed_id)).all())


def insert(c: Connection, some: Sequence[Feed], origin: str) -> None:
    """New feeds; `origin` says whose they are, "catalogue" or "hand"."""
    _ADD(c, [{**feed.model_dump(), "origin": origin} for feed in some])
    _BEGIN(c, [FeedState(feed_id=feed.id).model_dump() for feed in some])


def afresh(c: Connection, feed_id: str) -> None:
    """Forget what was learnt of a feed: it is due at once."""
    values = FeedState(feed_id=feed_id).model_dump()
    c.execute(update(_STATE).where(_STATE.c.feed_id == feed_id).values(**values))


def noun(row: Any) -> Feed:
    """The feed of a row that holds its columns by name."""
    return Feed.model_construct(**{name: row[name] for name in Feed.model_fields})


def _pair(row: Sequence[Any]) -> tuple[Feed, FeedState]:
    """The nouns of a row of `_BOTH`."""
    feed = dict(zip(Feed.model_fields, row, strict=False))
    state = dict(zip(FeedState.model_fields, row[len(feed) :], strict=True))
    return _ANY_FEED.model_copy(update=feed), _ANY_STATE.model_copy(update=state)
