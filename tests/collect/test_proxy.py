"""Fetching through a proxy: a real one on loopback, which knows every name, and what is not asked of it."""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import uvloop

from chipwire.collect.fetch import Fetcher
from chipwire.collect.guard import Guard
from chipwire.domain import Failed, Feed, FeedState, Fetched, NotModified
from tests.cases import every
from tests.collect.conftest import NOW
from tests.collect.torture import RSS, answer
from tests.loopback import self_signed

NAME = "wafer.example"
BASIC = "Basic " + b64encode(b"desk:geheim").decode()


class Proxy:
    """Takes `Basic` desk:geheim; leads every tunnel to `behind` and answers plain requests itself."""

    def __init__(self) -> None:
        self.behind = 0
        self.heads: list[str] = []
        self.busy: list[asyncio.Task[None]] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.busy.append(asyncio.current_task())  # type: ignore[arg-type]
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heads.append(head)
            if f"Proxy-Authorization: {BASIC}" not in head:
                writer.write(answer(407, b""))
            elif not head.startswith("CONNECT"):
                writer.write(answer())
            elif "shut.example" in head:
                writer.write(answer(403, b"no"))
            else:
                await self.tunnel(reader, writer)
            await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        further, onward = await asyncio.open_connection("127.0.0.1", self.behind)

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            with suppress(ConnectionError):
                while piece := await source.read(65536):
                    sink.write(piece)
                    await sink.drain()
            sink.close()

        await asyncio.gather(pump(reader, onward), pump(further, writer))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"), NAME)


async def loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


async def ask(
    url: str,
    certificate: Path | None = None,
    *,
    user: str = "desk:geheim@",
    private: bool = False,
    trusted: bool = True,
) -> tuple[Fetched | NotModified | Failed, list[str]]:
    """What comes of a feed's address, and the heads that the proxy saw."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        proxy.busy.append(asyncio.current_task())  # type: ignore[arg-type]
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer())
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    proxy = Proxy()
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    proxy.behind = server.sockets[0].getsockname()[1]
    door = await asyncio.start_server(proxy, "127.0.0.1", 0)
    way = f"http://{user}proxy.example:{door.sockets[0].getsockname()[1]}"
    trust = ssl.create_default_context(cafile=str(certificate) if certificate and trusted else None)
    feed = Feed(id="wafer", url=url.replace("BEHIND", str(proxy.behind)), title="Wafer", allow_private=private)
    async with server, door:
        async with Fetcher(guard=Guard(resolver=loopback), tls=trust, timeout=5, proxy=way) as fetcher:
            outcome = await fetcher.fetch(feed, FeedState(feed_id="wafer"), NOW)
        await asyncio.gather(*proxy.busy)
    return outcome, proxy.heads


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_tls_goes_through_a_tunnel_to_the_name(
    certificate: Path, loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        outcome, [head] = runner.run(ask(f"https://{NAME}/feed", certificate))
    assert isinstance(outcome, Fetched), outcome
    assert outcome.body == RSS
    assert head.startswith(f"CONNECT {NAME}:443 HTTP/1.1\r\nHost: {NAME}:443\r\n")
    assert "/feed" not in head, "what is asked stays between us and the server"


@pytest.mark.parametrize(("host", "trusted"), [("other.example", True), (NAME, False)])
def test_the_certificate_is_still_that_of_the_name(certificate: Path, host: str, trusted: bool) -> None:
    outcome, _ = asyncio.run(ask(f"https://{host}/feed", certificate, trusted=trusted))
    assert isinstance(outcome, Failed)
    assert outcome.kind == "tls"


def test_plain_http_is_handed_over_whole() -> None:
    outcome, [head] = asyncio.run(ask(f"http://{NAME}/feed?a=1"))
    assert isinstance(outcome, Fetched), outcome
    assert head.startswith(f"GET http://{NAME}/feed?a=1 HTTP/1.1\r\nHost: {NAME}\r\n")


@pytest.mark.parametrize(
    ("url", "user", "says"),
    [
        (f"https://{NAME}/feed", "", "answers 407; check user and password in CHIPWIRE_PROXY"),
        (f"http://{NAME}/feed", "desk:wrong@", "answers 407; check user and password in CHIPWIRE_PROXY"),
        ("https://shut.example/feed", "desk:geheim@", "the proxy proxy.example lets nothing through: it answers 403"),
    ],
)
def test_what_the_proxy_refuses_is_no_fault_of_the_feed(url: str, user: str, says: str) -> None:
    outcome, _ = asyncio.run(ask(url, user=user))
    assert isinstance(outcome, Failed)
    assert outcome.kind == "connect", "so that, where all fail, our own network is said to be down"
    assert says in outcome.message


@every("host", ["127.0.0.1", "10.0.0.7", "[::1]", "0x7f.1", "localhost", "intranet"])
def test_what_is_not_public_is_not_asked_of_the_proxy(host: str) -> None:
    outcome, heads = asyncio.run(ask(f"http://{host}/feed"))
    assert isinstance(outcome, Failed)
    assert (outcome.kind, heads) == ("blocked", [])


def test_a_private_feed_goes_without_it() -> None:
    outcome, heads = asyncio.run(ask("http://127.0.0.1:BEHIND/feed", private=True))
    assert isinstance(outcome, Fetched), outcome
    assert heads == []


def test_a_proxy_that_is_not_there_is_named() -> None:
    async def go() -> Fetched | Failed:
        async with Fetcher(guard=Guard(resolver=loopback), proxy="http://proxy.example:9") as fetcher:
            return await fetcher.get(f"https://{NAME}/feed", now=NOW)

    outcome = asyncio.run(go())
    assert isinstance(outcome, Failed)
    assert outcome.message.startswith("cannot reach the proxy proxy.example:9: ")
