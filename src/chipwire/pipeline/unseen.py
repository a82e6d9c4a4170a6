"""The short way to what `reading.read` finds: of a document read before but for a little, only the little is parsed."""

from collections.abc import Sequence
from pathlib import Path

from chipwire.collect.document.marks import Mark, Marks, digest, independent
from chipwire.collect.parse import characters, understand
from chipwire.pipeline.messages import Given, Reading
from chipwire.pipeline.reading import certain, named, read_entries, surroundings


def read_unseen(given: Given, marks: bytes, data: Path) -> Reading | None:
    """What `read` would make of the body, from those of its entries alone that none of the marks tells of.

    None when that is not certain: the document cannot be cut, or what is around its entries has changed, or nothing in
    it was seen before, or something in it shares uid or address with another entry, of now or of the document before.
    One entry that was seen is read again as a probe, and must come out as it did. `reads` may hold entries that are
    known from older documents: see `keep.news.items.told`.
    """
    before = Marks.unpacked(marks)
    text = characters(given.body, given.content_type, given.feed.lang)
    pieces = text.pieces if text.trouble is None else None
    if pieces is None or before.frame != surroundings(pieces, given):
        return None
    seen = {mark.raw: mark for mark in before.of}
    raws = [digest(item) for item in pieces.items]
    probe = next((n for n, raw in enumerate(raws) if raw in seen), None)
    if probe is None:
        return None
    places = [n for n, raw in enumerate(raws) if n == probe or raw not in seen]
    document = understand(text.of(places), url=given.url, lang=given.feed.lang)
    entries = named(document, given)
    if not certain(document, given) or len(entries) != len(places):
        return None
    found = {n: one.mark(raws[n]) for n, one in zip(places, entries, strict=True)}
    now = [found.get(n) or seen[raw] for n, raw in enumerate(raws)]
    if found[probe] != seen[raws[probe]] or not independent(now) or _renamed(before.of, now):
        return None
    told = {mark.uid: mark.content for mark in before.of}
    fresh = [one for n, one in zip(places, entries, strict=True) if told.get(found[n].uid) != found[n].content]
    return Reading(
        items=len(raws),
        **read_entries(fresh, given, data)._asdict(),
        facts=document.feed,
        identity=given.identity,
        marks=Marks(before.frame, now).packed(),
    )


def _renamed(before: Sequence[Mark], now: Sequence[Mark]) -> bool:
    """Whether an address has another uid now: the evidence against a feed's ids is weighed over a whole document."""
    known = {mark.url: mark.uid for mark in before}
    return any(known.get(mark.url, mark.uid) != mark.uid for mark in now)
