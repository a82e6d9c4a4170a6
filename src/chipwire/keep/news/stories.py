"""Where every item hangs: the clusterer's placements become story rows, with a log that explains every old id."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from chipwire.domain import Placement, Story
from chipwire.keep.news import wire
from chipwire.keep.news.story_rows import Joined, rebuild
from chipwire.keep.sql.bulk import Many
from chipwire.keep.sql.compiled import Among, Ready
from chipwire.keep.sql.meta import bump
from chipwire.keep.tables import table

_ITEM, _STORY, _LOG, _BY_COMPANY = (table(n) for n in ("item", "story", "story_log", "story_company"))
_PLACE = Many(
    update(_ITEM)
    .where(_ITEM.c.id == bindparam("which"))
    .values(story_id=bindparam("story"), copy_of=bindparam("copy"), link=bindparam("hangs"))
)
_NOTE = Many(_LOG.insert())
_FOLLOW = Many(
    update(_STORY)
    .where(_STORY.c.follows == bindparam("old"), _STORY.c.id != bindparam("into"))
    .values(follows=bindparam("into"))
)
_HUNG = Among(select(_ITEM.c.story_id).distinct(), _ITEM.c.id)
_STANDING = Among(select(_ITEM.c.id, _ITEM.c.story_id, _ITEM.c.copy_of, _ITEM.c.link), _ITEM.c.id)
_MEMBER = ("id", "url", "title", "lang", "feed_id", "first_seen", "published", "story_id", "copy_of", "link",
           "relevant")  # fmt: skip
_ARRIVED = Ready(select(func.count()).select_from(_ITEM).where(_ITEM.c.id > bindparam("after")))
CHUNK = 500


def apply(c: Connection, placements: Sequence[Placement], now: datetime) -> set[int]:
    """Hang items on stories and bring every story they touch up to date; returns the ids of the stories that changed.

    A story that loses all its items is merged into the one that took the last of them: `get` finds it under either id.
    """
    if not placements:
        return set()
    standing = _STANDING(c, [p.item_id for p in placements])
    before = {item: (story, copy, link) for item, story, copy, link in standing}
    moved = [p for p in placements if before.get(p.item_id) != (p.story_id, p.copy_of, p.link)]
    if moved:
        rows = [{"which": p.item_id, "story": p.story_id, "copy": p.copy_of, "hangs": p.link} for p in moved]
        _PLACE(c, rows)
    left = {p.item_id: old for p in moved if (old := before[p.item_id][0]) is not None and old != p.story_id}
    follows = {p.story_id: p.follows for p in placements if p.follows is not None}
    changed = _changes([(before[p.item_id][0], p) for p in moved], follows)
    _log_moves(c, moved, left, now)
    gone = _rebuild(c, changed, follows)
    _log_merges(c, gone, left, moved, now)
    wire.refresh(c, [p.item_id for p in moved])
    if changed:
        bump(c, "news")
    return set(changed)


def recent(c: Connection, since: datetime) -> list[tuple[int, int, int | None, bytes, datetime]]:
    """(item, story, copy_of, fingerprint, first_seen) of placed items first seen since then: what a window restores."""
    query = select(_ITEM.c.id, _ITEM.c.story_id, _ITEM.c.copy_of, _ITEM.c.fingerprint, _ITEM.c.first_seen)
    placed = query.where(_ITEM.c.first_seen >= since, _ITEM.c.story_id.is_not(None)).order_by(_ITEM.c.id)
    return [(i, story, copy, mark, at) for i, story, copy, mark, at in c.execute(placed)]


def arrived(c: Connection, after: int) -> int:
    """How many items there are beyond that one, placed or not."""
    number: int = _ARRIVED.one(c, {"after": after})
    return number


def get(c: Connection, story_id: int) -> Story | None:
    """The story of that id, or the one it was merged into (`id` tells); None when there never was one."""
    row = c.execute(select(_STORY).where(_STORY.c.id == redirect(c, story_id))).mappings().first()
    return None if row is None else _story(row)


def redirect(c: Connection, story_id: int) -> int:
    """The id that a story goes by now: its own, or that of the story it was merged into."""
    seen = set()
    while story_id not in seen and not c.execute(select(_STORY.c.id).where(_STORY.c.id == story_id)).scalar():
        seen.add(story_id)
        merged = select(_LOG.c.story_id).where(_LOG.c.other_id == story_id, _LOG.c.kind == "merge")
        story_id = c.execute(merged.order_by(_LOG.c.id.desc()).limit(1)).scalar() or story_id
    return story_id


def members(c: Connection, story_id: int) -> list[dict[str, Any]]:
    """The items of a story, earliest first: id, url, title, lang, feed_id, times, copy_of, link, relevant."""
    query = select(*(_ITEM.c[name] for name in _MEMBER)).where(_ITEM.c.story_id == story_id).order_by(_ITEM.c.id)
    return [dict(row) for row in c.execute(query).mappings()]


def log(c: Connection, story_id: int) -> list[dict[str, Any]]:
    """Joins, moves and merges that made a story what it is, oldest first: at, kind, story_id, other_id, item_id."""
    query = select(_LOG).where((_LOG.c.story_id == story_id) | (_LOG.c.other_id == story_id)).order_by(_LOG.c.id)
    return [dict(row) for row in c.execute(query).mappings()]


def page(
    c: Connection, *, limit: int, before: int | None = None, company: str | None = None, relevant: bool | None = True
) -> list[tuple[int, Story]]:
    """Stories with the newest item first, as (sort key, story); `before` is the sort key of the last one seen."""
    by = _STORY if company is None else _BY_COMPANY
    query = select(_STORY).order_by(by.c.last_item.desc()).limit(limit)
    if company is not None:
        query = query.join(_BY_COMPANY).where(_BY_COMPANY.c.slug == company)
    if before is not None:
        query = query.where(by.c.last_item < before)
    if relevant is not None:
        query = query.where(by.c.relevant == relevant)
    return [(row["last_item"], _story(row)) for row in c.execute(query).mappings()]


def of(c: Connection, item_ids: Sequence[int]) -> set[int]:
    """Ids of the stories that these items hang on."""
    return {story for (story,) in _HUNG(c, item_ids) if story is not None}


def refresh(c: Connection, story_ids: Iterable[int]) -> None:
    """Bring these stories up to date after tags or texts of their items changed, or items went."""
    _rebuild(c, dict.fromkeys(story_ids), {})


def _changes(moved: Iterable[tuple[int | None, Placement]], follows: Iterable[int]) -> dict[int, Joined]:
    """What happened to each story that is touched, from placements beside the stories that their items hung on."""
    joined: dict[int, list[int]] = {story: [] for story in follows}
    otherwise = set[int]()
    for old, placed in moved:
        joined.setdefault(placed.story_id, []).append(placed.item_id)
        if old is not None:
            otherwise.add(old)
    return {**joined, **dict.fromkeys(otherwise)}


def _rebuild(c: Connection, changed: Mapping[int, Joined], follows: Mapping[int, int]) -> set[int]:
    """Bring the rows of these stories up to date; returns those that have no members left."""
    gone: set[int] = set()
    ids = sorted(changed)
    for start in range(0, len(ids), CHUNK):
        gone |= rebuild(c, {story: changed[story] for story in ids[start : start + CHUNK]}, follows)
    return gone


def _log_moves(c: Connection, moved: Sequence[Placement], left: dict[int, int], now: datetime) -> None:
    """Joins and moves; that a new item opened the story of its own id goes without saying."""
    rows = [
        {
            "at": now,
            "kind": "move" if p.item_id in left else "join",
            "story_id": p.story_id,
            "other_id": left.get(p.item_id),
            "item_id": p.item_id,
        }
        for p in moved
        if p.item_id != p.story_id or p.item_id in left
    ]
    _NOTE(c, rows)


def _log_merges(c: Connection, gone: set[int], left: dict[int, int], moved: Sequence[Placement], now: datetime) -> None:
    """A story with no items left lives on in the one its items went to; what followed it follows that one."""
    to = {p.item_id: p.story_id for p in moved}
    last = {story: to[item] for item, story in sorted(left.items())}
    merged = [(old, last[old]) for old in sorted(gone) if old in last]
    _NOTE(c, [{"at": now, "kind": "merge", "story_id": into, "other_id": old, "item_id": None} for old, into in merged])
    _FOLLOW(c, [{"old": old, "into": into} for old, into in merged])


def _story(row: Any) -> Story:
    return Story.model_construct(**{name: row[name] for name in Story.model_fields})
