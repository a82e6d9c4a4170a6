"""TLS: the address is pinned, but name, SNI and certificate check stay those of the URL."""

import asyncio
import ssl
from pathlib import Path

import pytest

from chipwire.collect.fetch import Fetcher
from chipwire.collect.guard import Guard
from chipwire.domain import Failed, Fetched
from tests.collect.conftest import NOW
from tests.collect.torture import RSS, answer
from tests.loopback import self_signed

NAME = "wafer.example"


async def loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"), NAME)


async def ask(
    certificate: Path, host: str, *, trusted: bool, encrypted: bool = True
) -> tuple[Fetched | Failed, list[str]]:
    """What a TLS server on loopback gives us under this name, and the SNI names it saw."""
    names: list[str] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _object, name, _context: names.append(str(name))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(answer())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context if encrypted else None)
    port = server.sockets[0].getsockname()[1]
    trust = ssl.create_default_context(cafile=str(certificate) if trusted else None)
    guard = Guard(allowed=frozenset({f"{host}:{port}"}), resolver=loopback)
    async with server, Fetcher(guard=guard, tls=trust, timeout=5) as fetcher:
        return await fetcher.get(f"https://{host}:{port}/feed", now=NOW), names


def test_name_and_sni_stay(certificate: Path) -> None:
    outcome, names = asyncio.run(ask(certificate, NAME, trusted=True))
    assert isinstance(outcome, Fetched)
    assert outcome.body == RSS
    assert names == [NAME]


@pytest.mark.parametrize(("host", "trusted"), [("other.example", True), (NAME, False)])
def test_a_wrong_certificate_is_refused(certificate: Path, host: str, trusted: bool) -> None:
    outcome, _ = asyncio.run(ask(certificate, host, trusted=trusted))
    assert isinstance(outcome, Failed)
    assert outcome.kind == "tls"


def test_plain_http_on_a_tls_port(certificate: Path) -> None:
    outcome, _ = asyncio.run(ask(certificate, NAME, trusted=True, encrypted=False))
    assert isinstance(outcome, Failed)
    assert outcome.kind == "tls"
