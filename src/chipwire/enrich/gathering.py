"""Items to stories in one go, without a store: what `chipwire cluster -` does."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chipwire.domain import Placement
from chipwire.enrich.stories.cluster import Arrival, Window
from chipwire.enrich.stories.fingerprint import fingerprint
from chipwire.enrich.stories.lexicon import Lexicon
from chipwire.enrich.tagger import Tagger

_UNDATED = datetime.max.replace(tzinfo=UTC)
"""What has no date comes last."""


def run(items: Iterable[dict[str, Any]], tagger: Tagger, data: Path) -> Iterator[dict[str, Any]]:
    """Items as `chipwire cluster -` reads them → {"id", "story", "copy_of"}; the order given changes nothing."""
    given = list(items)
    lexicon, window = Lexicon.load(data), Window.load(data)
    times = [moment(item.get("published")) for item in given]
    ordered = sorted(range(len(given)), key=lambda at: (times[at] or _UNDATED, str(given[at]["id"])))
    number = {at: place for place, at in enumerate(ordered, 1)}
    name = {place: given[at]["id"] for at, place in number.items()}
    placed: dict[int, Placement] = {}
    for start in range(0, len(ordered), 500):
        batch = ordered[start : start + 500]
        prints = _prints([given[at] for at in batch], tagger, lexicon)
        arrivals = [Arrival(number[at], one) for at, one in zip(batch, prints, strict=True)]
        placed.update((p.item_id, p) for p in window.place(arrivals))
    for at, item in enumerate(given):
        place = placed[number[at]]
        copy_of = name[place.copy_of] if place.copy_of else None
        yield {"id": item["id"], "story": str(name[place.story_id]), "copy_of": copy_of}


def _prints(items: Sequence[dict[str, Any]], tagger: Tagger, lexicon: Lexicon) -> Iterator[bytes]:
    texts = [(str(item.get("title") or ""), str(item.get("body") or ""), item.get("lang")) for item in items]
    for item, (title, body, given), tags in zip(items, texts, tagger.said(tagger.look(texts)), strict=True):
        published, feed, url = moment(item.get("published")), str(item.get("feed") or ""), str(item.get("url") or "")
        yield fingerprint(title, body, str(given or tags.lang), published, feed, url, tags, lexicon)


def moment(text: str | None) -> datetime | None:
    """RFC 3339 → aware UTC; None when absent or unreadable."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
