"""Bodies that were made, kept as long as the number that each depends on stands still."""

import gzip
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property, lru_cache

from xxhash import xxh3_128_hexdigest

from chipwire.serve.versions import Version

_PACKED = ("application/json", "text/", "application/xml", "application/atom+xml", "application/feed+json")
_SMALLEST_PACKED = 600
_MOST_BYTES = 32 * 2**20
_OVERHEAD = 2048
"""Bytes that an answer costs beside its body: headers, key, bookkeeping."""
_LARGEST = 2 * 2**20
_SECOND = timedelta(seconds=1)
Header = tuple[bytes, bytes]
Key = tuple[str, bytes]
"""Path and query string."""


@dataclass
class CachedResponse:
    """A response of 200 and the number it was made under."""

    version: Version
    headers: list[Header]
    body: bytes
    media: str
    changed: datetime
    ends: datetime | None = None
    """When it is no longer kept even if nothing changes, because it moves with the clock."""
    private: bool = False
    """For whoever asked alone."""
    digest: str = field(init=False)
    _settled: dict[tuple[bool, bool], list[Header]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.digest = xxh3_128_hexdigest(self.body)

    @property
    def size(self) -> int:
        """Bytes it takes up, about: what is packed comes on top, a fifth of a body."""
        return len(self.body) + _OVERHEAD

    @cached_property
    def packed(self) -> bytes | None:
        """The body gzipped, where that is worth it."""
        worth = len(self.body) >= _SMALLEST_PACKED and self.media.startswith(_PACKED)
        return gzip.compress(self.body, 5, mtime=0) if worth else None

    def etag(self, packed: bool) -> str:
        return f'"{self.digest}-gz"' if packed else f'"{self.digest}"'

    def dressed(self, packed: bool, now: datetime, private: bool) -> list[Header]:
        """Its headers with the validators: made once, as soon as they stay the same."""
        found = self._settled.get((packed, private))
        if found is None:
            found = [*self.headers, *validators(self.etag(packed), self.changed, now, private)]
            if now - self.changed >= 2 * _SECOND:
                self._settled[packed, private] = found
        return found


class ResponseCache:
    """Kept answers, bounded in bytes; those of numbers that have moved go first, then those not asked for longest."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, CachedResponse] = OrderedDict()
        self._stands: dict[str, Version] = {}
        self._bytes = 0

    def find(self, key: Key, version: Version, now: datetime) -> CachedResponse | None:
        """The answer, unless something changed since or its time is over."""
        self._stands[version.of] = version
        found = self._kept.get(key)
        if found is None or found.version != version or (found.ends is not None and now >= found.ends):
            return None
        self._kept.move_to_end(key)
        return found

    def keep(self, key: Key, made: CachedResponse) -> None:
        old = self._kept.pop(key, None)
        self._bytes -= old.size if old else 0
        if len(made.body) > _LARGEST:
            return
        self._kept[key] = made
        self._bytes += made.size
        while self._kept and (self._bytes > _MOST_BYTES or self._is_past(next(iter(self._kept.values())))):
            self._bytes -= self._kept.popitem(last=False)[1].size

    def _is_past(self, kept: CachedResponse) -> bool:
        return self._stands.get(kept.version.of, kept.version) != kept.version


def validators(etag: str, changed: datetime, now: datetime, private: bool) -> list[Header]:
    """ETag, Last-Modified and how to keep it: ask again every time.

    Within the second of a change the second before is told, because another change may follow in the same second.
    """
    second = changed.astimezone(UTC).replace(microsecond=0)
    modified = _http_date(second if now - second >= _SECOND else second - _SECOND)
    keep = "private, no-cache" if private else "no-cache"
    return [
        (b"etag", etag.encode()),
        (b"last-modified", modified),
        (b"cache-control", keep.encode()),
        (b"vary", b"Accept-Encoding, Authorization" if private else b"Accept-Encoding"),
    ]


@lru_cache(256)
def _http_date(at: datetime) -> bytes:
    return format_datetime(at, usegmt=True).encode()
