"""GET done well: kept bodies while nothing has changed, ETag and Last-Modified with 304, gzip, HEAD.

Inside everything else, so that what is kept is what routes made. A body is kept as long as the number it depends on
stands still; ETags are digests of bodies, so that they outlive a restart and a write that changed nothing here.
"""

import gzip
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property, lru_cache

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from xxhash import xxh3_128_hexdigest

from chipwire.serve.state import State

_PACKED = ("application/json", "text/", "application/xml", "application/atom+xml", "application/feed+json")
_NEVER = re.compile(r"q\s*=\s*0(\.0*)?\s*$")
_SMALLEST_PACKED = 600
_MOST_BYTES = 32 * 2**20
_OVERHEAD = 2048
"""Bytes that an answer costs beside its body: headers, key, bookkeeping."""
_LARGEST = 2 * 2**20
_SECOND = timedelta(seconds=1)
Pair = tuple[bytes, bytes]


@dataclass
class Kept:
    """A response of 200 and the numbers it was made under."""

    mark: int
    headers: list[Pair]
    body: bytes
    media: str
    changed: datetime
    ends: datetime | None = None
    """When it is no longer kept even if nothing changes, because it moves with the clock."""
    digest: str = field(init=False)

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


class Conditional:
    """ASGI layer for GET and HEAD; everything else passes."""

    def __init__(self, app: ASGIApp, here: State) -> None:
        self.app = app
        self.here = here
        self.kept: OrderedDict[tuple[str, bytes], Kept] = OrderedDict()
        self.bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        key = (scope["path"], scope["query_string"])
        mark, changed = self.here.standing.of(scope["path"], self.here.now())
        found = self.kept.get(key)
        if found is not None and found.mark == mark and (found.ends is None or self.here.now() < found.ends):
            self.kept.move_to_end(key)
            await self._answer(found, scope, send, self.here.options.read_token)
            return
        inner = {**scope, "method": "GET", "chipwire.head": scope["method"] == "HEAD"}
        buffered = _Buffer(scope, send)
        await self.app(inner, receive, buffered)
        if buffered.start is None:
            return
        if buffered.start["status"] != 200:
            await buffered.release()
            return
        lasts: timedelta | None = inner.get("chipwire.lasts")
        if lasts or inner.get("chipwire.moves"):
            changed = self.here.now()
        made = Kept(mark, *buffered.content(), changed, self.here.now() + lasts if lasts else None)
        private = bool(inner.get("chipwire.private"))
        if not (private or inner.get("chipwire.moves")):
            self._keep(key, made)
        await self._answer(made, scope, send, private or self.here.options.read_token)

    async def _answer(self, kept: Kept, scope: Scope, send: Send, private: bool) -> None:
        asked = Headers(scope=scope)
        packed = kept.packed if takes_gzip(asked) else None
        etag = f'"{kept.digest}{"-gz" if packed else ""}"'
        headers = [*kept.headers, *validators(etag, kept.changed, self.here.now(), private)]
        if is_known(asked, etag, kept.changed):
            await send({"type": "http.response.start", "status": 304, "headers": _without_content(headers)})
            await send({"type": "http.response.body", "body": b""})
            return
        body = packed or kept.body
        headers.append((b"content-length", str(len(body)).encode()))
        if packed:
            headers.append((b"content-encoding", b"gzip"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _keep(self, key: tuple[str, bytes], made: Kept) -> None:
        old = self.kept.pop(key, None)
        self.bytes -= old.size if old else 0
        if len(made.body) > _LARGEST:
            return
        self.kept[key] = made
        self.bytes += made.size
        while self.bytes > _MOST_BYTES:
            self.bytes -= self.kept.popitem(last=False)[1].size


class _Buffer:
    """Holds back a response that knows its length; one that streams goes straight through."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope = scope
        self.send = send
        self.start: Message | None = None
        self.streams = False
        self.parts: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.streams = not any(name == b"content-length" for name, _ in message["headers"])
            self.start = None if self.streams else message
        elif not self.streams and message["type"] == "http.response.body":
            self.parts.append(message.get("body", b""))
        if self.streams:
            await self.send(_headless(message) if self.scope["method"] == "HEAD" else message)

    async def release(self) -> None:
        """Send what was held back as it is."""
        assert self.start is not None
        await self.send(self.start)
        body = b"" if self.scope["method"] == "HEAD" else b"".join(self.parts)
        await self.send({"type": "http.response.body", "body": body})

    def content(self) -> tuple[list[Pair], bytes, str]:
        """Headers that stay the same however it is sent, body, media type."""
        assert self.start is not None
        headers = [pair for pair in self.start["headers"] if pair[0] not in (b"content-length", b"etag", b"vary")]
        media = next((value.decode() for name, value in headers if name == b"content-type"), "")
        return headers, b"".join(self.parts), media


def validators(etag: str, changed: datetime, now: datetime, private: bool) -> list[Pair]:
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


def is_known(asked: Headers, etag: str, changed: datetime) -> bool:
    """Does the client have this already? If-None-Match counts before If-Modified-Since (RFC 9110)."""
    if (held := asked.get("if-none-match")) is not None:
        return held.strip() == "*" or _bare(etag) in {_bare(one) for one in held.split(",")}
    if (since := asked.get("if-modified-since")) is None:
        return False
    try:
        then = parsedate_to_datetime(since)
    except (ValueError, TypeError, IndexError, OverflowError):
        return False
    return changed.replace(microsecond=0) <= (then if then.tzinfo else then.replace(tzinfo=UTC))


def takes_gzip(asked: Headers) -> bool:
    """Does the client want its answers gzipped? `gzip;q=0` means no (RFC 9110)."""
    codings = (one.partition(";") for one in asked.get("accept-encoding", "").lower().split(","))
    return any(name.strip() in ("gzip", "x-gzip", "*") and not _NEVER.search(weight) for name, _, weight in codings)


def _bare(etag: str) -> str:
    return etag.strip().removeprefix("W/").strip('"').removesuffix("-gz")


def _without_content(headers: list[Pair]) -> list[Pair]:
    return [pair for pair in headers if pair[0] not in (b"content-type", b"content-length", b"content-encoding")]


def _headless(message: Message) -> Message:
    return {**message, "body": b""} if message["type"] == "http.response.body" else message
