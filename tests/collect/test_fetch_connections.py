"""Connections are used again, closed when nobody needs them, and carry no cookies."""

import asyncio
from contextlib import suppress

import pytest

from chipwire.collect.fetch import Fetcher, transport
from chipwire.collect.guard import Guard
from chipwire.domain import Failed, Feed, FeedState, Fetched, NotModified
from tests.collect.conftest import NOW, good
from tests.collect.torture import Torture, answer, drip, status


def test_cookies_are_not_kept(server: Torture) -> None:
    server.script("/a", status(302, Location="/b", Set_Cookie="who=you; Path=/"))
    server.script("/b", answer(Set_Cookie="again=1; Path=/"))

    async def run() -> None:
        async with Fetcher(guard=Guard(allow_private=True)) as fetcher:
            for _ in range(2):
                await fetcher.get(server.url("/a"), now=NOW)

    asyncio.run(run())
    assert len(server.log) == 4
    assert not any("cookie" in request.headers for request in server.log)


def test_many_timeouts_leave_the_fetcher_fit(server: Torture) -> None:
    """Cancelled connections must not fill the pool."""
    server.script("/drip", drip())
    server.script("/feed", answer())

    async def run() -> Fetched | Failed:
        async with Fetcher(guard=Guard(allow_private=True), timeout=0.3) as fetcher:
            await asyncio.gather(*(fetcher.get(server.url("/drip"), now=NOW) for _ in range(300)))
            fetcher.timeout = 20
            return await fetcher.get(server.url("/feed"), now=NOW)

    good(asyncio.run(run()))


def known_at(listener: asyncio.Server) -> tuple[Feed, FeedState]:
    """A feed there that was read before, so that 304 is an answer."""
    url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/"
    return Feed(id="f", url=url, title="F", allow_private=True), FeedState(feed_id="f", etag='"a"')


def test_connections_are_used_again(server: Torture) -> None:
    """What a hundred feeds of one host save: look-up, handshake, TLS."""
    peers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peers.append(writer)
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
        writer.close()

    async def run() -> None:
        listener = await asyncio.start_server(serve, "127.0.0.1", 0)
        feed, state = known_at(listener)
        async with listener, Fetcher() as fetcher:
            for _ in range(5):
                assert isinstance(await fetcher.fetch(feed, state, NOW), NotModified)
        await asyncio.gather(*(peer.wait_closed() for peer in peers))

    asyncio.run(run())
    assert len(peers) == 1


def test_a_connection_that_nobody_uses_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quiet service would hold it, and with TLS its buffers, until the next feed is due."""
    monkeypatch.setattr(transport, "KEPT", 0.1)
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
        with suppress(ConnectionError):
            await reader.read()
        ended.set()
        writer.close()

    async def run() -> None:
        listener = await asyncio.start_server(serve, "127.0.0.1", 0)
        feed, state = known_at(listener)
        async with listener, Fetcher() as fetcher:
            assert isinstance(await fetcher.fetch(feed, state, NOW), NotModified)
            await asyncio.wait_for(ended.wait(), 5)

    asyncio.run(run())
