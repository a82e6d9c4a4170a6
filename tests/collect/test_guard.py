"""SSRF: no spelling, redirect, embedded address or changing name leads into a private network."""

import asyncio
import ipaddress

import pytest

from chipwire.collect.fetch import Fetcher
from chipwire.collect.guard import Guard, forbidden, literal
from chipwire.domain import Failed, Feed, FeedState, Fetched
from tests.cases import every
from tests.collect.conftest import NOW, Fetch
from tests.collect.torture import Torture, answer, redirect, status

SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1",
    "0177.0.0.1", "017700000001", "0177.0x0.0.1", "127.0.0.1.", "127.000.000.001", "0", "0.0.0.0", "localhost",
    "LOCALHOST", "localhost.", "127。0。0。1", "127．0．0．1", "①②⑦.⓪.⓪.①", "%31%32%37.0.0.1", "user:pw@127.0.0.1",
    "wafer.example@127.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2002:c0a8:0101::1]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[fe80::1]", "[fe80::1%25lo]", "[fec0::1]", "[fc00::1]", "[fd12:3456::1]",
    "[fe80::5efe:7f00:1]", "[2001:470::5efe:127.0.0.1]", "[ff02::1]", "[2001:db8::1]", "[100::1]", "10.0.0.1",
    "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "0xc0a80101", "3232235777", "169.254.169.254",
    "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
]  # fmt: skip
PUBLIC = ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07::1", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "2002:808:808::1"]
EITHER = ("blocked", "dns", "protocol")


def resolver(*rounds: list[str]) -> tuple[Guard, list[str]]:
    """A guard whose DNS answers one round after the other (the last for ever), and the names it was asked for."""
    asked: list[str] = []

    async def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return rounds[min(len(asked), len(rounds)) - 1]

    return Guard(resolver=resolve), asked


async def get(guard: Guard, *urls: str) -> list[Fetched | Failed]:
    async with Fetcher(guard=guard) as fetcher:
        return [await fetcher.get(url, now=NOW) for url in urls]


def test_enough_spellings() -> None:
    assert len(set(SPELLINGS)) >= 40


@every("host", SPELLINGS)
def test_no_spelling_gets_through(server: Torture, host: str) -> None:
    server.script("/", answer())
    (outcome,) = asyncio.run(get(Guard(), f"http://{host}:{server.ports[0]}/"))
    assert isinstance(outcome, Failed)
    assert outcome.kind in EITHER
    assert server.log == []


@every("host", SPELLINGS)
def test_no_spelling_gets_through_behind_a_redirect(server: Torture, fetch: Fetch, host: str) -> None:
    other = Torture()
    with other:
        target = f"http://{host}:{other.ports[0]}/".encode().decode("latin-1")
        outcome = fetch(server.script("/hop", redirect(302, target)), options={"timeout": 2})
        assert isinstance(outcome, Failed)
        assert outcome.kind in EITHER
        assert other.log == []


@pytest.mark.parametrize("hops", [1, 2, 3, 4, 5])
def test_every_hop_is_checked(server: Torture, fetch: Fetch, hops: int) -> None:
    for hop in range(1, hops):
        server.script(f"/{hop}", redirect(301, f"/{hop + 1}"))
    with Torture() as other:
        server.script(f"/{hops}", redirect(301, other.url("/secret")))
        outcome = fetch(server.url("/1"))
        assert isinstance(outcome, Failed)
        assert (outcome.kind, other.log) == ("blocked", [])


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://wafer.example/", "gopher://x/", "javascript:1", "data:,x"]
)
def test_only_the_web_is_asked(server: Torture, fetch: Fetch, target: str) -> None:
    outcome = fetch(server.script("/hop", redirect(302, target)))
    assert isinstance(outcome, Failed)
    assert outcome.kind == "blocked"


def test_names_that_lead_inside_are_refused(server: Torture) -> None:
    for inside in ("127.0.0.1", "::1", "169.254.169.254", "10.1.2.3", "fd00::1"):
        guard, _ = resolver([inside])
        (outcome,) = asyncio.run(get(guard, server.url("/", "inside.example")))
        assert isinstance(outcome, Failed)
        assert outcome.kind == "blocked"
    assert server.log == []


def test_rebinding_finds_no_second_look_up(server: Torture) -> None:
    """First answer public, every later one loopback: we connect to what was checked, and the check sees each answer."""
    server.script("/", answer())
    guard, asked = resolver(["93.184.215.14"], ["127.0.0.1"])
    outcomes = asyncio.run(get(guard, *[server.url("/", "rebind.example")] * 4))
    assert [o.kind for o in outcomes if isinstance(o, Failed)] == ["connect", "blocked", "blocked", "blocked"]
    assert len(asked) == 4
    assert server.log == []


def test_mixed_answers_use_the_public_address_only(server: Torture) -> None:
    guard, _ = resolver(["127.0.0.1", "93.184.215.14"])
    (outcome,) = asyncio.run(get(guard, server.url("/", "mixed.example")))
    assert isinstance(outcome, Failed)
    assert outcome.kind == "connect"
    assert server.log == []


def test_the_checked_address_is_pinned_and_the_name_stays(server: Torture) -> None:
    asked: list[str] = []

    async def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    server.script("/", answer())
    name = f"wafer.example:{server.ports[0]}"
    (outcome,) = asyncio.run(get(Guard(allowed=frozenset({name}), resolver=resolve), server.url("/", "wafer.example")))
    assert isinstance(outcome, Fetched)
    assert asked == ["wafer.example"]
    assert server.log[0].headers["host"] == name


def test_an_exception_is_no_wider_than_its_port_and_name(server: Torture) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    with Torture() as other:
        guard = Guard(allowed=frozenset({f"127.0.0.1:{server.ports[0]}"}), resolver=resolve)
        outcomes = asyncio.run(get(guard, server.url("/"), other.url("/"), server.url("/", "wafer.example")))
        kinds = [o.kind for o in outcomes if isinstance(o, Failed)]
        assert kinds == ["http", "blocked", "blocked"]
        assert other.log == []


def test_post_to_hubs_and_webhooks_passes_the_same_gate(server: Torture) -> None:
    async def post() -> Fetched | Failed:
        async with Fetcher() as fetcher:
            return await fetcher.post(server.url("/hub"), body=b"x", headers={}, now=NOW)

    outcome = asyncio.run(post())
    assert isinstance(outcome, Failed)
    assert (outcome.kind, server.log) == ("blocked", [])


def test_allow_private_opens_private_networks_but_not_metadata(server: Torture) -> None:
    server.script("/", answer())
    guard = Guard(allow_private=True)
    inside, metadata = asyncio.run(get(guard, server.url("/"), "http://169.254.169.254/latest/"))
    assert isinstance(inside, Fetched)
    assert isinstance(metadata, Failed)
    assert metadata.kind == "blocked"


def test_one_feed_may_be_private_while_the_others_are_not(server: Torture) -> None:
    server.script("/", answer(), answer())
    feed = Feed(id="intranet", url=server.url("/"), title="Intranet", allow_private=True)

    async def both() -> tuple[object, object]:
        async with Fetcher() as fetcher:
            state = FeedState(feed_id="intranet")
            return await fetcher.fetch(feed, state, NOW), await fetcher.get(feed.url, now=NOW)

    mine, other = asyncio.run(both())
    assert isinstance(mine, Fetched)
    assert isinstance(other, Failed)
    assert len(server.log) == 1


def test_ipv6_is_spoken() -> None:
    with Torture(hosts=("::1",)) as server:
        server.script("/", status(200))
        (outcome,) = asyncio.run(get(Guard(allowed=frozenset({f"[::1]:{server.ports[0]}"})), server.url("/")))
        assert isinstance(outcome, Fetched)


@every("text", PUBLIC)
def test_public_addresses_pass(text: str) -> None:
    assert forbidden(ipaddress.ip_address(text)) is None


@every("text", ["wafer.example", "1and1.example", "0xdead.example", "", "1.2.3.4.5", "a"])
def test_names_are_not_addresses(text: str) -> None:
    assert literal(text) is None


@pytest.mark.parametrize(("peer", "ok"), [("93.184.215.14", True), ("127.0.0.1", False), ("::ffff:10.0.0.1", False)])
def test_the_peer_is_judged_again_once_connected(peer: str, ok: bool) -> None:
    assert (Guard().judge_peer("wafer.example", 443, peer) is None) is ok
    assert Guard(allowed=frozenset({"wafer.example:443"})).judge_peer("wafer.example", 443, peer) is None
