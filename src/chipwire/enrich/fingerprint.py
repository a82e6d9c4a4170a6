"""Everything the story tracker needs to know of one item, in about a kilobyte, stored beside it."""

import struct
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import numpy as np
import xxhash

from chipwire.domain import Tags
from chipwire.enrich import anchors
from chipwire.enrich.anchors import Anchor, Kind, Zone
from chipwire.enrich.lexicon import Lexicon
from chipwire.enrich.terms import key, sentences, terms

VERSION = 1
MAX_TERMS = 1000
MAX_ANCHORS = 160
_HEAD = struct.Struct("<B8sqQQQQHHH")
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
    """Self-contained features of one item: `body` is plain text with newlines between blocks, `published` aware."""
    head = _sequence(title, lang, 200)
    text = _sequence(body, lang, MAX_TERMS)
    found = anchors.find(title, body, lang, tags, lexicon)[:MAX_ANCHORS]
    rows = np.array([(a.key, a.kind, round(a.weight * 32), a.zone) for a in found], dtype=_ANCHOR)
    moment = int(published.timestamp()) if published else -(2**62)
    host = name_key((urlsplit(url).hostname or "").removeprefix("www."))
    identity = xxhash.xxh64_intdigest(f"{title}\n{body}\n{url}".encode())
    header = _HEAD.pack(
        VERSION, lang.encode()[:8], moment, name_key(feed_id), host, name_key(tags.credit), identity,
        len(head), len(text), len(rows),
    )  # fmt: skip
    return header + np.array(head + text, dtype="<u4").tobytes() + rows.tobytes()


def _sequence(text: str, lang: str, limit: int) -> list[int]:
    found: list[int] = []
    for sentence in sentences(text):
        words = [key(term) for term in terms(sentence, lang)]
        if words:
            found.extend([*words, 0])
        if len(found) >= limit:
            break
    return found[:limit]


def decode(data: bytes) -> Print | None:
    """The fingerprint again, or None when it is empty or of another version (the item then stands alone)."""
    if len(data) < _HEAD.size or data[0] != VERSION:
        return None
    _, lang, moment, feed, host, credit, identity, n_title, n_body, n_anchors = _HEAD.unpack_from(data)
    keys = np.frombuffer(data, dtype="<u4", count=n_title + n_body, offset=_HEAD.size).tolist()
    rows = np.frombuffer(data, dtype=_ANCHOR, count=n_anchors, offset=_HEAD.size + 4 * (n_title + n_body)).tolist()
    return Print(
        lang=lang.rstrip(b"\0").decode(), published=None if moment == -(2**62) else moment, feed=feed, host=host,
        credit=credit, text=identity, title=tuple(keys[:n_title]), body=tuple(keys[n_title:]),
        anchors=tuple(Anchor(Kind(kind), name, weight / 32, Zone(zone)) for name, kind, weight, zone in rows),
    )  # fmt: skip
