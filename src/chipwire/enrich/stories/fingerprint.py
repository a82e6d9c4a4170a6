"""Everything the story tracker needs to know of one item, in about a kilobyte, stored beside it."""

import struct
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np
import xxhash
from numpy.typing import NDArray

from chipwire.domain import Tags
from chipwire.domain.boilerplate import blanked
from chipwire.enrich.stories import anchors
from chipwire.enrich.stories.anchors import Anchor, Kind
from chipwire.enrich.stories.lexicon import Lexicon
from chipwire.enrich.text.terms import sequence

VERSION = 1
MAX_TERMS = 1000
MAX_ANCHORS = 160
UNKNOWN = -(2**62)
"""Stands for a publication without a time."""
_OUTLETS = 1 << 10
"""Feeds, hosts and credits whose keys are remembered."""
_KINDS = {int(kind): kind for kind in Kind}
_HEAD = struct.Struct("<B8sqQQQQHHH")
_ROW = struct.Struct("<IBBB")
_ANCHOR = np.dtype([("key", "<u4"), ("kind", "u1"), ("weight", "u1"), ("zone", "u1")])


@dataclass(frozen=True, slots=True)
class Print:
    """A decoded fingerprint; `published` in epoch seconds or None, sequences of term keys with 0 after sentences."""

    lang: str
    published: int | None
    feed: int
    host: int
    credit: int
    text: int
    """Identity of title and body: breaks ties in an order that no arrival can change."""
    title: tuple[int, ...]
    body: tuple[int, ...]
    anchors: tuple[Anchor, ...]


@lru_cache(_OUTLETS)
def name_key(name: str | None) -> int:
    """64 bits of an outlet's name however it is written ('Harbour Wire', 'harbour-wire'); 0 for none."""
    plain = "".join(c for c in (name or "").casefold() if c.isalnum())
    return xxhash.xxh64_intdigest(plain.encode()) if plain else 0


def fingerprint(
    title: str,
    body: str,
    lang: str,
    published: datetime | None,
    feed_id: str,
    url: str,
    tags: Tags,
    lexicon: Lexicon,
) -> bytes:
    """Self-contained features of one item: `body` is plain text with newlines between blocks, `published` aware.

    What `tags` say is boilerplate counts for nothing but the identity of the text.
    """
    text = anchors.Text.of(title, blanked(body, tags.boilerplate))
    return encode(
        Print(
            lang=lang,
            published=int(published.timestamp()) if published else None,
            feed=name_key(feed_id),
            host=_host("/".join(url.split("/", 3)[:3])),
            credit=name_key(tags.credit),
            text=xxhash.xxh64_intdigest(f"{title}\n{body}\n{url}".encode()),
            title=tuple(sequence(text.titles, lang, 200)),
            body=tuple(sequence(text.lead + text.rest, lang, MAX_TERMS)),
            anchors=tuple(anchors.find(text, lang, tags, lexicon)[:MAX_ANCHORS]),
        )
    )


@lru_cache(_OUTLETS)
def _host(url: str) -> int:
    """The key of an address's host; its path may be left out."""
    return name_key((urlsplit(url).hostname or "").removeprefix("www."))


def encode(seen: Print) -> bytes:
    """The bytes that decode() reads."""
    rows = [_ROW.pack(key, kind, round(weight * 32), zone) for kind, key, weight, zone in seen.anchors]
    moment = UNKNOWN if seen.published is None else seen.published
    header = _HEAD.pack(
        VERSION, seen.lang.encode()[:8], moment, seen.feed, seen.host, seen.credit, seen.text,
        len(seen.title), len(seen.body), len(rows),
    )  # fmt: skip
    terms = struct.pack(f"<{len(seen.title) + len(seen.body)}I", *seen.title, *seen.body)
    return b"".join((header, terms, *rows))


class Raw(NamedTuple):
    """A fingerprint as arrays over its own bytes: terms, and anchors as (key, kind, weight * 32, zone)."""

    lang: str
    published: int | None
    feed: int
    host: int
    credit: int
    text: int
    title: NDArray[np.uint32]
    body: NDArray[np.uint32]
    anchors: NDArray[np.void]


def unpack(data: bytes) -> Raw | None:
    """The fingerprint's parts, or None when it is empty or of another version (the item then stands alone)."""
    if len(data) < _HEAD.size or data[0] != VERSION:
        return None
    _, lang, moment, feed, host, credit, identity, n_title, n_body, n_anchors = _HEAD.unpack_from(data)
    keys = np.frombuffer(data, dtype="<u4", count=n_title + n_body, offset=_HEAD.size)
    rows = np.frombuffer(data, dtype=_ANCHOR, count=n_anchors, offset=_HEAD.size + 4 * (n_title + n_body))
    return Raw(
        lang.rstrip(b"\0").decode(), None if moment == UNKNOWN else moment, feed, host, credit, identity,
        keys[:n_title], keys[n_title:], rows,
    )  # fmt: skip


def decode(data: bytes) -> Print | None:
    """The fingerprint again as it was given to encode(); None as of unpack()."""
    raw = unpack(data)
    if raw is None:
        return None
    anchors = tuple(
        [Anchor(_KINDS[kind], name, weight / 32, zone) for name, kind, weight, zone in raw.anchors.tolist()]
    )
    return Print(*raw[:6], tuple(raw.title.tolist()), tuple(raw.body.tolist()), anchors)
