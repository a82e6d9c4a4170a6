"""One fetch from first look-up to last byte, as a value: Fetched, NotModified or Failed."""

import asyncio
import ssl
import time
from base64 import b64encode
from datetime import datetime
from functools import lru_cache
from types import TracebackType
from urllib.parse import unquote_to_bytes

import httpx

import chipwire
from chipwire.collect.fetch.inflate import Body, Garbled, TooLarge
from chipwire.collect.fetch.outcomes import Answer, failed_answer, failed_exception
from chipwire.collect.fetch.proxy import Proxy
from chipwire.collect.fetch.transport import GuardedTransport, Stopped
from chipwire.collect.guard import Guard
from chipwire.collect.pacing.pace import address
from chipwire.domain import Failed, Feed, FeedState, Fetched, NotModified, told_url

MAX_REDIRECTS = 5
PERMANENT = (301, 308)
REDIRECTS = (301, 302, 303, 307, 308)
DRAIN = 64 * 1024
ACCEPT_FEED = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.2"
)
Headers = dict[str, str]
Lines = list[tuple[bytes, bytes]]


def user_agent(contact: str) -> str:
    """`chipwire/<version> (+<contact>)`: some agencies answer 403 to whoever leaves no contact."""
    return f"chipwire/{chipwire.__version__} (+{contact})"


class Fetcher:
    """Used as an async context manager, from one event loop. Never raises for what a server does.

    `timeout`: seconds for a whole exchange, look-ups, redirects and a dripping body included; `max_body`: bytes after
    unpacking; `tls`: another trust store than the usual certificate authorities; `proxy`: http://user:password@host:port
    that all is asked through but what may be private.
    """

    def __init__(
        self,
        guard: Guard | None = None,
        user_agent: str = f"chipwire/{chipwire.__version__}",
        timeout: float = 20.0,
        connect_timeout: float = 10.0,
        max_body: int = 15 * 2**20,
        tls: ssl.SSLContext | None = None,
        proxy: str | None = None,
    ) -> None:
        self.guard = guard or Guard()
        self.user_agent = user_agent
        self.timeout = timeout
        self.max_body = max_body
        self._connect_timeout = connect_timeout
        self._tls = tls
        self._proxy = Proxy.of(proxy) if proxy else None
        self._transports: dict[bool, GuardedTransport] = {}

    async def __aenter__(self) -> "Fetcher":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for transport in self._transports.values():
            await transport.aclose()
        self._transports.clear()

    async def fetch(self, feed: Feed, state: FeedState, now: datetime) -> Fetched | NotModified | Failed:
        """Ask for a feed, with the validators of its state; what came may still be a page (`discover.is_page`)."""
        headers = {"accept": ACCEPT_FEED, **conditions(state)}
        if feed.user_agent:
            headers["user-agent"] = feed.user_agent
        outcome = await self._exchange("GET", address(feed, state), headers, now, private=feed.allow_private)
        if not isinstance(outcome, Answer):
            return outcome
        if outcome.status == 304:
            return outcome.into(NotModified) if conditions(state) else failed_answer(outcome, now)
        return outcome.into(Fetched)

    async def get(
        self, url: str, *, headers: Headers | None = None, max_body: int | None = None, now: datetime
    ) -> Fetched | Failed:
        """Ask for a page, robots.txt or anything else."""
        outcome = await self._exchange("GET", url, headers or {}, now, max_body=max_body)
        if isinstance(outcome, Answer):
            return failed_answer(outcome, now) if outcome.status == 304 else outcome.into(Fetched)
        return outcome

    async def post(self, url: str, *, body: bytes, headers: Headers, now: datetime) -> Fetched | Failed:
        """Hand something to a hub or a webhook; only 307 and 308 are followed, any 2xx is Fetched, without its body."""
        outcome = await self._exchange("POST", url, headers, now, content=body)
        return outcome.into(Fetched) if isinstance(outcome, Answer) else outcome

    async def _exchange(
        self,
        method: str,
        url: str,
        headers: Headers,
        now: datetime,
        *,
        private: bool = False,
        content: bytes | None = None,
        max_body: int | None = None,
    ) -> Answer | Failed:
        began = time.monotonic()
        limit = self.max_body if max_body is None else max_body
        try:
            async with asyncio.timeout(self.timeout):
                outcome = await self._follow(method, url, self._headers(headers), content, private, limit, now)
        except TimeoutError:
            outcome = Failed(kind="timeout", message=f"no complete answer within {self.timeout:g} seconds")
        except Stopped as stop:
            outcome = stop.failed
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as error:
            outcome = failed_exception(error)
        outcome.millis = round((time.monotonic() - began) * 1000)
        return outcome

    async def _follow(
        self, method: str, url: str, headers: Headers, content: bytes | None, private: bool, limit: int, now: datetime
    ) -> Answer | Failed:
        """Up to five redirects; `moved_to` is the end of the unbroken permanent prefix."""
        here, moved, unbroken = _web_url(url), None, True
        for _hop in range(MAX_REDIRECTS + 1):
            answer = await self._once(method, here, headers, content, private, limit)
            answer.moved_to = moved
            target = answer.headers.get("location")
            if answer.status not in REDIRECTS or not target:
                return answer if answer.ok else failed_answer(answer, now)
            if method != "GET" and answer.status not in (307, 308):
                return failed_answer(answer, now)
            here = led(here, _web_url(target, here))
            unbroken = unbroken and answer.status in PERMANENT
            moved = str(here) if unbroken else moved
        return Failed(
            kind="redirects",
            message=f"more than {MAX_REDIRECTS} redirects, the last to {told_url(str(here))}",
            final_url=str(here),
            moved_to=moved,
        )

    async def _once(
        self, method: str, url: httpx.URL, headers: Headers, content: bytes | None, private: bool, limit: int
    ) -> Answer:
        if url.userinfo:
            headers = {"authorization": f"Basic {b64encode(unquote_to_bytes(url.userinfo)).decode()}"} | headers
            url = url.copy_with(userinfo=b"")
        lines = [(name.title().encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]
        request = _request(method, url, lines, content)
        response = await self._transport(private).handle_async_request(request)
        try:
            answer = Answer.of(response, url)
            if method == "GET" and answer.ok and answer.status != 304:
                answer.body = await _read(response, limit)
            elif answer.status != 304:
                await _drain(response)
            return answer
        finally:
            await response.aclose()

    def _transport(self, private: bool) -> GuardedTransport:
        if private not in self._transports:
            self._transports[private] = GuardedTransport(
                self.guard,
                self._tls or _usual_trust(),
                private=private,
                connect_timeout=self._connect_timeout,
                proxy=self._proxy,
            )
        return self._transports[private]

    def _headers(self, given: Headers) -> Headers:
        basic = {"user-agent": self.user_agent, "accept": "*/*", "accept-encoding": "gzip"}
        return basic | {name.lower(): value for name, value in given.items()}


@lru_cache(maxsize=1)
def _usual_trust() -> ssl.SSLContext:
    """The usual certificate authorities, read once: it takes 40 ms."""
    return httpx.create_ssl_context(trust_env=False)


def conditions(state: FeedState) -> Headers:
    """The stored validators as they were given, byte for byte; nothing is invented."""
    found = {"if-none-match": state.etag, "if-modified-since": state.last_modified}
    return {name: value for name, value in found.items() if value}


@lru_cache(maxsize=2048)
def _web_url(text: str, base: httpx.URL | None = None) -> httpx.URL:
    """Kept, as the same addresses are asked for again and again, and taking one apart costs a tenth of a 304."""
    url = base.join(text.strip()) if base else httpx.URL(text.strip())
    if url.scheme not in ("http", "https") or not url.host:
        raise Stopped(Failed(kind="blocked", message=f"{text[:200]!r} is not an http or https address"))
    return url.copy_with(fragment=None) if url.fragment else url


def led(url: httpx.URL, target: httpx.URL) -> httpx.URL:
    """Where a redirect leads: what lets us in at a host goes along while we stay with it, or turn to its TLS."""
    if not url.userinfo or target.userinfo or target.host != url.host:
        return target
    stays = (target.scheme, target.port) == (url.scheme, url.port)
    secured = (url.scheme, url.port, target.scheme, target.port) == ("http", None, "https", None)
    return target.copy_with(userinfo=url.userinfo) if stays or secured else target


def _request(method: str, url: httpx.URL, lines: Lines, content: bytes | None) -> httpx.Request:
    """What is asked. Working out the headers of a body there is not takes httpx as long as all else of a request."""
    if method != "GET":
        return httpx.Request(method, url, headers=lines, content=content)
    return httpx.Request(method, url, headers=[(b"Host", url.netloc), *lines], stream=httpx.ByteStream(b""))


async def _drain(response: httpx.Response) -> None:
    """Read a small body that nobody needs, so that the connection can be used again; a large one is dropped."""
    left = DRAIN
    async for chunk in _chunks(response):
        left -= len(chunk)
        if left < 0:
            return


def _chunks(response: httpx.Response) -> httpx.AsyncByteStream:
    """The body as it comes; httpx's own way to it costs as much as h11 takes for the answer to a 304."""
    assert isinstance(response.stream, httpx.AsyncByteStream)
    return response.stream


async def _read(response: httpx.Response, limit: int) -> bytes:
    try:
        body = Body(response.headers.get("content-encoding", ""), limit)
        if int(response.headers.get("content-length", "0")) > limit:
            raise TooLarge
        async for chunk in _chunks(response):
            body.feed(chunk)
        return body.finish()
    except TooLarge:
        message = f"the body is larger than {limit / 2**20:g} MiB after unpacking"
        raise Stopped(Failed(kind="too-large", message=message, status=response.status_code)) from None
    except Garbled as error:
        raise Stopped(Failed(kind="protocol", message=str(error), status=response.status_code)) from error
