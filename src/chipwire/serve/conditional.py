"""GET done well: kept bodies while nothing has changed, made once however many ask, ETag and Last-Modified with 304,
gzip, HEAD.

Inside everything else, so that what is kept is what routes made. ETags are digests of bodies, so that they outlive a
restart and a write that changed nothing here.
"""

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chipwire.serve.response_cache import CachedResponse, Header, Key, ResponseCache
from chipwire.serve.state import State
from chipwire.serve.versions import Version

_NEVER = re.compile(r"q\s*=\s*0(\.0*)?\s*$")
Response = tuple[int, list[Header], bytes]
"""Status, headers, body."""


class Conditional:
    """ASGI layer for GET and HEAD; everything else passes."""

    def __init__(self, app: ASGIApp, here: State, cache: ResponseCache) -> None:
        self.app = app
        self.here = here
        self.cache = cache
        self._making: dict[Key, asyncio.Event] = {}
        """Set when the answer is kept, or when it shows that it will not be."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        key = (scope["path"], scope["query_string"])
        if (first := self._making.get(key)) is not None:
            await first.wait()
        version, changed = self.here.versions.of(scope["path"], self.here.now())
        answer = self.cache.find(key, version, self.here.now())
        if answer is None:
            made = self._making.setdefault(key, asyncio.Event())
            try:
                answer = await self._made(scope, receive, _Buffer(scope, send, made), version, changed)
            finally:
                self._making.pop(key, None)
                made.set()
        if answer is not None:
            await self._send(answer, scope, send)

    async def _made(
        self, scope: Scope, receive: Receive, buffered: "_Buffer", version: Version, changed: datetime
    ) -> CachedResponse | None:
        """What the routes answer, kept if it may be; None when it is sent already, as a stream or an error."""
        inner = {**scope, "method": "GET", "chipwire.head": scope["method"] == "HEAD"}
        await self.app(inner, receive, buffered)
        if buffered.start is None:
            return None
        if buffered.start["status"] != 200:
            await buffered.release()
            return None
        now, lasts = self.here.now(), inner.get("chipwire.lasts")
        private, moves = bool(inner.get("chipwire.private")), bool(inner.get("chipwire.moves"))
        ends = now + lasts if lasts else None
        made = CachedResponse(version, *buffered.content(), now if lasts or moves else changed, ends, private)
        if not (private or moves):
            self.cache.keep((scope["path"], scope["query_string"]), made)
        return made

    async def _send(self, answer: CachedResponse, scope: Scope, send: Send) -> None:
        private = answer.private or self.here.options.read_token
        status, headers, body = response(answer, Headers(scope=scope), self.here.now(), private)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def response(kept: CachedResponse, asked: Mapping[str, str], now: datetime, private: bool) -> Response:
    """What a client that sent these headers gets: the body, gzipped if it likes, or 304 if it has it already."""
    packed = kept.packed if takes_gzip(asked) else None
    headers = kept.dressed(packed is not None, now, private)
    if is_known(asked, kept.etag(packed is not None), kept.changed):
        return 304, _without_content(headers), b""
    body = packed or kept.body
    headers = [*headers, (b"content-length", str(len(body)).encode())]
    if packed:
        headers.append((b"content-encoding", b"gzip"))
    return 200, headers, body


class _Buffer:
    """Holds back a response that knows its length; one that streams goes straight through, and nobody waits for it."""

    def __init__(self, scope: Scope, send: Send, made: asyncio.Event) -> None:
        self.scope = scope
        self.send = send
        self.made = made
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
            self.made.set()
            await self.send(_headless(message) if self.scope["method"] == "HEAD" else message)

    async def release(self) -> None:
        """Send what was held back as it is."""
        assert self.start is not None
        await self.send(self.start)
        body = b"" if self.scope["method"] == "HEAD" else b"".join(self.parts)
        await self.send({"type": "http.response.body", "body": body})

    def content(self) -> tuple[list[Header], bytes, str]:
        """Headers that stay the same however it is sent, body, media type."""
        assert self.start is not None
        headers = [pair for pair in self.start["headers"] if pair[0] not in (b"content-length", b"etag", b"vary")]
        media = next((value.decode() for name, value in headers if name == b"content-type"), "")
        return headers, b"".join(self.parts), media


def is_known(asked: Mapping[str, str], etag: str, changed: datetime) -> bool:
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


def takes_gzip(asked: Mapping[str, str]) -> bool:
    """Does the client want its answers gzipped? `gzip;q=0` means no (RFC 9110)."""
    accepted = asked.get("accept-encoding")
    return accepted is not None and _gzip_among(accepted)


@lru_cache(64)
def _gzip_among(accepted: str) -> bool:
    codings = (one.partition(";") for one in accepted.lower().split(","))
    return any(name.strip() in ("gzip", "x-gzip", "*") and not _NEVER.search(weight) for name, _, weight in codings)


def _bare(etag: str) -> str:
    return etag.strip().removeprefix("W/").strip('"').removesuffix("-gz")


def _without_content(headers: list[Header]) -> list[Header]:
    return [pair for pair in headers if pair[0] not in (b"content-type", b"content-length", b"content-encoding")]


def _headless(message: Message) -> Message:
    return {**message, "body": b""} if message["type"] == "http.response.body" else message
