"""What the digest reads: a reader's window, the stories in it with all their reports, volumes, feed health."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, case, distinct, func, select

from chipwire.domain import Amount, Claim, Correction, DigestStory, FeedHealth, Reader, Report, Role, Why, Window
from chipwire.domain.boilerplate import without
from chipwire.keep.news import corrections
from chipwire.keep.tables import table
from chipwire.keep.unplaced import settled

_ITEM, _FEED, _STATE, _LETTER = table("item"), table("feed"), table("feed_state"), table("letter")
_COMPANY, _TOPIC, _LOG = table("item_company"), table("item_topic"), table("story_log")
_FIRST = timedelta(hours=24)
_DAY = timedelta(days=1)
BEFORE_ALL = -1
"""Lower end of a window that starts with the very first item; 0 is the watermark of a reader without a letter."""
_TAGS = re.compile(r"<[^>]*>")
_I = _ITEM.c
_COLUMNS = [_I.id, _I.story_id, _I.url, _I.title, _I.lang, _I.first_seen, _I.published, _I.copy_of, _I.link]
_COLUMNS += [_I.figures, _I.claims, _I.evidence, _I.boilerplate]
_BEGINNING = 600
"""Code points of a text, or of what is left of them without boilerplate, that a letter may quote from."""


def window(c: Connection, reader: Reader, now: datetime) -> Window:
    """Everything that arrived since the reader's last letter; the last 24 hours for a new reader."""
    high = settled(c)
    if reader.watermark:
        since = _written(c, reader, now) or seen_at(c, reader.watermark)
        since = since or c.execute(select(func.min(_ITEM.c.first_seen))).scalar()
        return Window(reader.watermark, max(high, reader.watermark), since or now - _FIRST, now)
    earlier = select(func.max(_ITEM.c.id)).where(_ITEM.c.first_seen < now - _FIRST)
    return Window(c.execute(earlier).scalar() or BEFORE_ALL, max(high, BEFORE_ALL), now - _FIRST, now)


def _written(c: Connection, reader: Reader, now: datetime) -> datetime | None:
    """When the digest was written that this reader's window goes on from; later ones never arrived."""
    mine = (_LETTER.c.reader_id == reader.id) & (_LETTER.c.kind == "digest")
    upto = (_LETTER.c.high_item <= reader.watermark) & (_LETTER.c.queued_at <= now)
    found: datetime | None = c.execute(select(func.max(_LETTER.c.queued_at)).where(mine, upto)).scalar()
    return found


def seen_at(c: Connection, item: int) -> datetime | None:
    """When the last item up to this one was first seen; None when there is none."""
    found: datetime | None = c.execute(select(_ITEM.c.first_seen).where(_ITEM.c.id == _last_until(item))).scalar()
    return found


def stories(c: Connection, low: int, high: int, holding: Collection[int] | None = None) -> list[DigestStory]:
    """Stories with a relevant item that came or was corrected in (low, high], each with all its reports up to `high`.

    `holding`: only stories that hold one of these items.
    """
    corrected: dict[int, list[Correction]] = defaultdict(list)
    for one in corrections.between(c, low, high):
        corrected[one.item_id].append(one)
    inside = ((_ITEM.c.id > low) & (_ITEM.c.id <= high)) | _ITEM.c.id.in_(list(corrected))
    inside &= _ITEM.c.relevant & _ITEM.c.story_id.is_not(None)
    if holding is not None:
        inside &= _ITEM.c.id.in_(holding)
    wanted = select(_ITEM.c.story_id).where(inside).distinct()
    there = _ITEM.c.story_id.in_(wanted) & (_ITEM.c.id <= high)
    query = (
        select(
            *_COLUMNS,
            func.substr(_ITEM.c.text, 1, 2 * _BEGINNING).label("text"),
            func.substr(_ITEM.c.summary, 1, 2000).label("summary"),
            _FEED.c.title.label("outlet"),
            _FEED.c.weight,
        )
        .join(_FEED, _FEED.c.id == _ITEM.c.feed_id)
        .where(there)
        .order_by(_ITEM.c.id)
    )
    piles: dict[int, list[Report]] = defaultdict(list)
    for row in c.execute(query).mappings():
        piles[row["story_id"]].append(_report(row, tuple(corrected.get(row["id"], ()))))
    companies: dict[int, dict[str, Role]] = defaultdict(dict)
    for story, slug, about in c.execute(_roles(there)):
        companies[story][slug] = "about" if about else "mention"
    topics: dict[int, list[str]] = defaultdict(list)
    for story, slug in c.execute(
        select(_ITEM.c.story_id, _TOPIC.c.slug).join(_TOPIC, _TOPIC.c.item_id == _ITEM.c.id).where(there).distinct()
    ):
        topics[story].append(slug)
    moved: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for story, item, former in c.execute(_moves(wanted)):
        moved[story].append((item, former))
    return [
        DigestStory(s, tuple(p), companies[s], tuple(sorted(topics[s])), tuple(moved[s]))
        for s, p in sorted(piles.items())
    ]


def volume(c: Connection, now: datetime, days: int = 7) -> dict[str, tuple[int, ...]]:
    """Stories a day for each company, oldest first, in 24-hour steps that end at `now`."""
    found: dict[str, list[int]] = defaultdict(lambda: [0] * days)
    for back in range(days):
        inside = (_ITEM.c.first_seen > now - (back + 1) * _DAY) & (_ITEM.c.first_seen <= now - back * _DAY)
        query = (
            select(_COMPANY.c.slug, func.count(distinct(_ITEM.c.story_id)))
            .join(_ITEM, _ITEM.c.id == _COMPANY.c.item_id)
            .where(inside, _ITEM.c.relevant)
            .group_by(_COMPANY.c.slug)
        )
        for slug, count in c.execute(query):
            found[slug][days - 1 - back] = count
    return {slug: tuple(counts) for slug, counts in found.items()}


def health(c: Connection) -> FeedHealth:
    """Feeds that are followed and were asked, and the titles of those that fail at present."""
    query = select(_FEED.c.title, _STATE.c.failing_since).join(_STATE, _STATE.c.feed_id == _FEED.c.id)
    asked = _STATE.c.last_checked.is_not(None) | _STATE.c.failing_since.is_not(None)
    rows = c.execute(query.where(_FEED.c.enabled, asked).order_by(_FEED.c.title)).all()
    return FeedHealth(len(rows), tuple(title for title, since in rows if since is not None))


def _last_until(item: int) -> Any:
    return select(func.max(_ITEM.c.id)).where(_ITEM.c.id <= item).scalar_subquery()


def _moves(stories: Any) -> Any:
    came = (_LOG.c.story_id.in_(stories)) & (_LOG.c.kind == "move")
    return select(_LOG.c.story_id, _LOG.c.item_id, _LOG.c.other_id).where(came)


def _roles(there: Any) -> Any:
    about = func.max(case((_COMPANY.c.role == "about", 1), else_=0))
    joined = select(_ITEM.c.story_id, _COMPANY.c.slug, about).join(_COMPANY, _COMPANY.c.item_id == _ITEM.c.id)
    return joined.where(there).group_by(_ITEM.c.story_id, _COMPANY.c.slug).order_by(_COMPANY.c.slug)


def _report(row: RowMapping, corrected: tuple[Correction, ...]) -> Report:
    return Report(
        item_id=row["id"],
        outlet=row["outlet"],
        url=row["url"],
        title=row["title"],
        text=(without(row["text"], row["boilerplate"]) if row["text"] else _TAGS.sub(" ", row["summary"]))[:_BEGINNING],
        lang=row["lang"],
        first_seen=row["first_seen"],
        published=row["published"],
        weight=row["weight"],
        link=row["link"],
        copy_of=row["copy_of"],
        figures=tuple(_amount(figure) for figure in row["figures"]),
        claims=tuple(Claim(**claim) for claim in row["claims"]),
        why=tuple(_why(row, evidence) for evidence in row["evidence"]),
        corrections=corrected,
    )


def _why(row: RowMapping, evidence: Mapping[str, Any]) -> Why:
    """With the match as it stands there: the alias may be written in another script, case or form."""
    where = row["title"] if evidence["zone"] == "title" else row["text"]
    return Why(evidence["slug"], where[evidence["start"] : evidence["end"]] or evidence["alias"], evidence["zone"])


def _amount(figure: Mapping[str, Any]) -> Amount:
    low, high = figure["value_low"], figure["value_high"]
    return Amount(figure["text"], low, high, figure["unit"], figure.get("qualifier"))
