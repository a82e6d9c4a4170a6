"""One answer, however it is cut up on its way; what is forgiven, and what never is."""

import asyncio
import tracemalloc
from itertools import pairwise

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chipwire.collect.fetch import Fetcher
from chipwire.collect.fetch.reply import MOST_HEAD, Reply
from chipwire.collect.guard import Guard
from chipwire.domain import Failed, Fetched
from tests.cases import every
from tests.collect.conftest import NOW

LENGTH = b'HTTP/1.1 200 OK\r\nETag: "a"\r\nContent-Length: 5\r\n\r\nchips'
CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;by=fab\r\nch\r\n3\r\nips\r\n0\r\nETag: late\r\n\r\n"
OPEN = b"HTTP/1.0 200 OK\r\n\r\nchips"
UNCHANGED = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 76000\r\n\r\n'
EARLY = b"HTTP/1.1 100 Continue\r\nX: no\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + LENGTH


def told(*pieces: bytes, ends: bool = False) -> Reply:
    reply = Reply()
    for piece in pieces:
        reply.feed(piece)
    if ends:
        reply.end()
    return reply


@pytest.mark.parametrize(
    ("raw", "status", "body", "again"),
    [
        (LENGTH, 200, b"chips", True),
        (CHUNKS, 200, b"chips", True),
        (OPEN, 200, b"chips", False),
        (UNCHANGED, 304, b"", True),
        (EARLY, 200, b"chips", True),
        (LENGTH.replace(b"ETag", b"Connection: close\r\nETag"), 200, b"chips", False),
        (LENGTH.replace(b"1.1", b"1.0"), 200, b"chips", False),
        (LENGTH + b"HTTP/1.1 200 OK\r\n", 200, b"chips", False),
        (LENGTH + b"\x00junk", 200, b"chips", False),
        (UNCHANGED + b"<rss/>", 304, b"", False),
    ],
)
@settings(max_examples=30)
@given(st.data())
def test_however_it_is_cut_up(raw: bytes, status: int, body: bytes, again: bool, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(raw)), max_size=8).map(sorted))
    reply, fed = Reply(), 0
    for start, end in pairwise([0, *cuts, len(raw)]):
        if not reply.complete:
            reply.feed(raw[start:end])
            fed = end
    if raw == OPEN:
        assert not reply.complete
        reply.end()
    assert (reply.status, bytes(reply.body), reply.complete) == (status, body, True)
    assert [value for name, value in reply.headers if name == b"ETag"] == ([b'"a"'] if b'"a"' in raw else [])
    if fed == len(raw):  # else what comes behind the end is met by the connection: see the last test
        assert reply.reusable == again


def test_nothing_of_a_body_stays_once_it_is_taken() -> None:
    """The connection is kept, and its last answer with it."""
    raw, reply = LENGTH.replace(b" 5", b" 1000000").replace(b"chips", b"c" * 1_000_000), Reply()
    tracemalloc.start()
    try:
        reply.feed(raw)
        reply.body = bytearray()
        assert reply.complete
        assert tracemalloc.get_traced_memory()[0] < 100_000
    finally:
        tracemalloc.stop()


@every(
    "raw",
    [
        LENGTH.replace(b"\r\n", b"\n"),
        LENGTH.replace(b'"a"', b'"a"\r\n and more'),
        LENGTH.replace(b"ETag", b"X: \xe9\xff\x01\r\nETag"),
        LENGTH.replace(b" OK", b""),
        LENGTH.replace(b"ETag", b"Upgrade: h2,h2c\r\nConnection: Upgrade, Keep-Alive\r\nETag"),
        CHUNKS.replace(b"2;by=fab", b"2  "),
        CHUNKS.replace(b"Transfer", b"Content-Length: 9999\r\nTransfer"),
        LENGTH.replace(b"ETag", b"content-length:5\r\nETag"),
        LENGTH.replace(b"Length: 5", b"Length: 5 , 5,5").replace(b"ETag", b"CONTENT-LENGTH: 5 \r\nETag"),
    ],
)
def test_what_old_servers_write(raw: bytes) -> None:
    for reply in (told(raw), told(*(raw[n : n + 1] for n in range(len(raw))))):
        assert (bytes(reply.body), reply.complete, reply.reusable) == (b"chips", True, True)


def test_a_length_within_the_body_is_left_there() -> None:
    body = b"a\r\nContent-Length: 26\r\n\r\nb"
    reply = told(b"HTTP/1.1 200 OK\r\nContent-Length: 26\r\nContent-Length: 26\r\n\r\n" + body)
    assert (bytes(reply.body), reply.complete) == (body, True)


@pytest.mark.parametrize("raw", [LENGTH, CHUNKS, EARLY])
def test_cut_short_is_never_whole(raw: bytes) -> None:
    for end in range(len(raw) - 4):
        with pytest.raises(httpx.RemoteProtocolError, match="disconnected"):
            told(raw[:end], ends=True)


@pytest.mark.parametrize(
    "endless",
    [
        [b"HTTP/1.1 200 OK\r\nX: ", b"x" * 5_000],
        [b"HTTP/1.1 200 OK\r\n", b"X-Same: again\r\n" * 100],
        [b"HTTP/1.1 100 Continue\r\n\r\n" * 100],
        [CHUNKS.partition(b"0\r\n")[0] + b"0\r\n", b"Trailer: again\r\n" * 100],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;", b"x" * 5_000],
    ],
)
def test_what_never_comes_to_a_body_ends(endless: list[bytes]) -> None:
    times = 2 * MOST_HEAD // len(endless[-1])
    with pytest.raises(httpx.RemoteProtocolError, match="no body"):
        told(endless[0], *[endless[-1]] * times)


@every(
    ("raw", "words"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "HTTP"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", "a protocol that nobody"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nchips", "chunk size"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "Content-Length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", "Content-Length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\n", "Content-Length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n", "Content-Length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: many\r\n\r\n", "Content-Length"),
    ],
)
def test_what_is_no_answer_is_said(raw: bytes, words: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match=words):
        told(raw)


def test_a_large_body_waits_for_its_reader_and_comes_whole() -> None:
    """More than a connection reads ahead, from a server that hangs up at once; then one that talks unasked."""
    body, spoken = bytes(range(256)) * 20_000, asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    async def unasked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(LENGTH)
            await asyncio.sleep(0.05)
            writer.write(LENGTH.replace(b"chips", b"wrong"))
            spoken.set()
        writer.close()

    async def run() -> None:
        async with Fetcher(guard=Guard(allow_private=True)) as fetcher:
            for handler, times, expected in ((serve, 2, body), (unasked, 3, b"chips")):
                async with await asyncio.start_server(handler, "127.0.0.1", 0) as server:
                    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
                    for _ in range(times):
                        outcome: Fetched | Failed = await fetcher.get(url, now=NOW)
                        assert isinstance(outcome, Fetched), outcome
                        assert outcome.body == expected
                        if handler is unasked:  # where machines are busy it may not have come to speak yet
                            await spoken.wait()
                            spoken.clear()
                        await asyncio.sleep(0.02)

    asyncio.run(run())
